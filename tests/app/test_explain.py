"""Explaining findings, from Python."""

import pytest

from syncer.app import explain
from syncer.errors import WrongUsage


def explained(asked: str = "") -> tuple[bool, list[str]]:
    report = explain(asked)
    assert report.view is not None
    assert ("explain", 0, ()) == (report.command, report.exit_code, report.findings)
    return report.view.listed, [each.id for each in report.view.explanations]


def test_one_several_and_all() -> None:
    assert (False, ["capacity.exceeded"]) == explained("capacity.exceeded")
    assert (False, ["ownership.other", "ownership.left-behind"]) == explained("ownership")
    listed, everything = explained()
    assert listed
    assert {"capacity.exceeded", "loops.cycle", "yaml.tab"} < set(everything)


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        ("loop.cycle", "Did you mean loops.cycle? Run syncer explain to list them all."),
        (
            "unknown",
            "Did you mean references.unknown or yaml.unknown-alias? Run syncer explain to list them all.",
        ),
        ("lenght", "Did you mean schema.maxLength or schema.minLength? Run syncer explain to list them all."),
        ("xyzzy", "Run syncer explain to list them all."),
    ],
)
def test_an_id_that_there_is_not_is_wrong_usage(asked: str, hint: str) -> None:
    with pytest.raises(WrongUsage) as raised:
        explain(asked)
    assert (f"no finding has the id {asked!r}", hint) == (raised.value.message, raised.value.hint)
