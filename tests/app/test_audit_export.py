"""The changes of a trail as rows, called from Python."""

from pathlib import Path
from typing import Any

import pytest

from syncer.app import AuditOptions, audit_export, render
from syncer.audit.chain import Chain
from syncer.errors import WrongUsage
from tests.audit.histories import story
from tests.use_cases import session


@pytest.fixture
def trail(tmp_path: Path) -> Path:
    """A state folder with the trail of the story."""
    entries = [{key: value for key, value in entry.items() if key not in ("n", "hash")} for entry in story()]
    Chain(tmp_path / "audit").append(entries)
    return tmp_path


def test_a_row_a_change_that_can_be_walked_again(trail: Path) -> None:
    report = audit_export(trail)
    assert report.view is not None
    for _ in range(2):
        assert [1, 2, 4] == [row["n"] for row in report.view.rows]
    assert 4 == render("csv", report).count("\r\n")
    assert (0, ()) == (report.exit_code, report.warnings)


def test_a_sample_is_said_and_comes_again(trail: Path) -> None:
    heard: list[str] = []
    within: dict[str, Any] = {"session": session(message=heard.append)}
    options = AuditOptions(sample=2, seed=5)
    texts = [render("jsonl", audit_export(trail, options, **within)) for _ in range(2)]
    assert texts[0] == texts[1]
    assert ["sample: 2 of 3 changes, drawn with seed 5"] * 2 == heard
    with pytest.raises(WrongUsage, match="there is a seed, but no sample"):
        AuditOptions(seed=5)
    for sample, seed in ((0, 1), (1, -1)):
        with pytest.raises(WrongUsage, match="a sample has at least 1 change"):
            AuditOptions(sample=sample, seed=seed)


def test_a_broken_trail_is_a_warning(trail: Path) -> None:
    path = Chain(trail / "audit").path
    path.write_text(path.read_text().replace("CHG-7", "CHG-8", 1))
    (warning,) = audit_export(trail).warnings
    assert "was edited or damaged" in warning
