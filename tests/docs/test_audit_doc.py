"""docs/audit.md against the schema of an entry, and the outcomes that documents speak of."""

import json
import re

from syncer.model.plan import Status
from syncer.policy.schema import schema_text
from tests.docs.documents import ROOT, rows

PAGE = ROOT / "docs" / "audit.md"


def test_every_field_of_an_entry_is_documented() -> None:
    kinds = json.loads(schema_text("audit.v2.schema.json"))["$defs"]
    fields = {*kinds["changeEntry"]["properties"], *kinds["runEntry"]["properties"]}
    cells = " ".join(row[0] for row in rows(PAGE, "## An entry"))
    assert sorted(fields) == sorted(set(re.findall(r"`(\w+)`", cells)))


def test_every_outcome_is_named() -> None:
    for page in (PAGE, ROOT / "docs" / "plan-and-apply.md"):
        text = page.read_text(encoding="utf-8")
        assert [] == [status.value for status in Status if f"`{status.value}`" not in text]
