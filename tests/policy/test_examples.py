"""Every file in examples/good loads; every file in examples/bad gives what the text beside it says.

A new case is a new file: ``bad/NAME.yaml`` with ``bad/NAME.txt``, one finding as ``line:column: id: message
(tip)``, its notes indented below it.
"""

from pathlib import Path

import pytest

from syncer.model.finding import Finding
from syncer.policy.load import load_policies

EXAMPLES = Path(__file__).parent / "examples"
BAD = sorted((EXAMPLES / "bad").glob("*.yaml"))
GOOD = sorted((EXAMPLES / "good").glob("*.yaml"))


def told(finding: Finding) -> str:
    at = finding.position
    assert at is not None
    tip = f" ({finding.tip})" if finding.tip else ""
    lines = [f"{at.line}:{at.column}: {finding.id}: {finding.message}{tip}"]
    for note in finding.notes:
        assert note.position is not None
        lines.append(f"    {note.position.line}:{note.position.column}: {note.message}")
    return "\n".join(lines)


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_bad_policy_is_explained(path: Path) -> None:
    loaded = load_policies([path], root=path.parent)
    expected = path.with_suffix(".txt").read_text("utf-8")
    assert expected == "".join(f"{told(finding)}\n" for finding in loaded.findings)
    assert loaded.policies.queues == ()


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_place_lies_inside_of_the_file(path: Path) -> None:
    loaded = load_policies([path], root=path.parent)
    lines = loaded.sources[path.name]
    places = [finding.position for finding in loaded.findings]
    assert places == [at for at in places if at and 1 <= at.line <= len(lines)]
    assert places == [at for at in places if at and 1 <= at.column <= len(lines[at.line - 1]) + 1]


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_a_good_policy_loads_without_a_word(path: Path) -> None:
    loaded = load_policies([path], root=path.parent)
    assert loaded.findings == ()
    assert loaded.policies.queues
