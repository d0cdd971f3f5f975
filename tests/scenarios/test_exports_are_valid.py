"""Whatever live holds: what is exported is what validate takes, and a plan of it changes nothing."""

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from syncer.adopting.export import export
from syncer.model.finding import Severity
from syncer.model.policy import PolicySet
from syncer.planning.build import build_plan
from syncer.planning.disk import check_offline, read_disk
from syncer.planning.gather import inputs_of, read_live
from tests.organizations import FOREIGN, NAMES, NOW, Live, Raw, mixed_organizations
from tests.properties import examples

NAMED = st.text(min_size=1, max_size=6) | st.sampled_from(
    [
        "No",
        "~",
        "- a",
        "a: b",
        "#",
        "\u202e",
        "B\u200b",
        "B",
        "b ",
        "\ud800",
        "x" * 257,
        "Caf\u00e9",
        "Cafe\u0301",
        "*",
        "\t",
    ]
)
_GROUP_NAMES = st.none() | NAMED


def _renamed(value: Any, draw: Any) -> Any:
    return [group | {"name": draw(_GROUP_NAMES)} if isinstance(group, dict) else group for group in value]


@st.composite
def _living(draw: st.DrawFn) -> list[Raw]:
    """Queues with rules of every kind, in bounds and out of them, under any names."""
    _, raws = draw(mixed_organizations())
    odd = []
    for each in raws:
        queue = each | {"name": draw(NAMED | st.just(each["name"])), "description": draw(FOREIGN)}
        division = draw(st.sampled_from([None, "one", "two"]))
        if division:
            queue["division"] = {"id": division, "name": division}
        if isinstance(queue.get("memberGroups"), list):
            queue["memberGroups"] = _renamed(queue["memberGroups"], draw)
        odd.append(queue)
    return odd


@given(_living(), st.booleans())
@examples(60)
def test_what_is_exported_is_valid_and_changes_nothing(raws: list[Raw], split: bool) -> None:
    live = read_live(Live(raws), PolicySet(), "mixed", with_groups=True)
    made = export(live, split=split)
    with tempfile.TemporaryDirectory() as folder:
        for file in made.files:
            (Path(folder) / file.name).write_text(file.text, encoding="utf-8")
        if not made.files:
            return
        disk = read_disk(Path(folder))
        offline, _ = check_offline(disk)
        plan = build_plan(inputs_of(disk, live), NOW)
    assert len(NAMES) >= len(disk.policies.queues)
    errors = [each for each in (*offline, *plan.findings) if each.severity is Severity.ERROR]
    assert {"capacity.missing"} >= {each.id for each in errors}
    assert () == plan.changes
