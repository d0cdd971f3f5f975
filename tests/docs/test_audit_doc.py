"""docs/audit.md against the schema of an entry, and the outcomes that documents name."""

import json
import re
from pathlib import Path
from typing import Any

from syncer.audit.chain import Chain
from syncer.audit.filters import Filters
from syncer.audit.joined import COLUMNS
from syncer.audit.population import population
from syncer.model.plan import Status
from syncer.policy.schema import schema_text
from tests.audit.histories import change
from tests.docs.documents import ROOT, blocks, rows

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


def test_the_documented_sample_is_the_one_that_is_drawn(tmp_path: Path) -> None:
    (block,) = [block for block in blocks(PAGE) if "def sample(" in block.text]
    namespace: dict[str, Any] = {}
    exec(block.text, namespace)
    chain = Chain(tmp_path)
    chain.append([change(f"r{number}", 1 + number % 28) for number in range(60)])
    for seed in (0, 7, 2**40):
        drawn = population(chain.entries, Filters(), sample=25, seed=seed)
        lines = chain.path.read_text().splitlines()
        assert sorted(namespace["sample"](lines, 25, seed)) == [entry["n"] for entry in drawn.meant()]


def test_every_column_that_is_mapped_exists() -> None:
    named = {name for row in rows(PAGE, "## Export") for name in re.findall(r"`(\w+)`", row[0])}
    assert set() == named - set(COLUMNS)
