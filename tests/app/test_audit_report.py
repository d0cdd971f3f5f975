"""What an auditor files, called from Python."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from syncer import __version__
from syncer.app import AuditOptions, Session, audit_report, render
from syncer.audit import cover as cover_of
from syncer.audit.chain import Chain
from syncer.audit.cover import Attested, Cover
from syncer.errors import AuditError
from tests.audit.histories import change, story, whole

NOW = datetime(2026, 11, 27, 8, tzinfo=UTC)


def within() -> Session:
    return Session(environ={"GITLAB_USER_LOGIN": "auditor"}, now=lambda: NOW)


@pytest.fixture
def trail(tmp_path: Path) -> Path:
    """A state folder with the trail of the story."""
    Chain(tmp_path / "audit").append(whole(story()))
    return tmp_path


def first_page(folder: Path, options: AuditOptions | None = None, **how: Any) -> Cover:
    view = audit_report(folder, options or AuditOptions(), session=within(), **how).view
    assert view is not None
    assert view.cover is not None
    return view.cover


def test_the_first_page_says_who_when_and_of_which_bytes(trail: Path) -> None:
    cover = first_page(trail)
    data = Chain(trail / "audit").path.read_bytes()
    assert ("auditor", "2026-11-27T08:00:00.000Z", __version__) == (
        cover.made_by,
        cover.made_at,
        cover.version,
    )
    assert [(len(data), f"sha256:{hashlib.sha256(data).hexdigest()}")] == [
        (file.size, file.digest) for file in cover.files
    ]
    assert (True, 6, 3, None, 0) == (
        cover.trusted,
        cover.verification.entries,
        cover.population,
        cover.sample,
        cover.undated,
    )


def test_a_kept_head_attests_what_stands_before_it(trail: Path) -> None:
    kept = list(Chain(trail / "audit").entries())[3]["hash"]
    assert (Attested(kept, 4),) == first_page(trail, heads=[kept]).heads
    other = "sha256:" + "1" * 64
    report = audit_report(trail, heads=[other], session=within())
    assert (1, (Attested(other, None),)) == (report.exit_code, first_page(trail, heads=[other]).heads)


def test_runs_exceptions_and_changes(trail: Path) -> None:
    report = audit_report(trail, session=within())
    view = report.view
    assert view is not None
    assert (["r1", "r2", "r3"], [1, 2, 4]) == (
        [run["run"] for run in view.runs],
        [entry["n"] for entry in view.changes],
    )
    assert ["change failed", "run in part", "limit overridden"] == [found.kind for found in view.exceptions]
    assert (0, 3, 3) == (report.exit_code, view.figures.runs, view.figures.changes)


def test_a_scope_narrows_all_of_it(trail: Path) -> None:
    view = audit_report(trail, AuditOptions(since="2026-11-05", until="2026-11-15"), session=within()).view
    assert view is not None
    assert ([4], ["r2"], 1) == (
        [entry["n"] for entry in view.changes],
        [run["run"] for run in view.runs],
        view.figures.changes,
    )


def test_of_a_sample_are_runs_and_changes_alone(trail: Path) -> None:
    view = audit_report(trail, AuditOptions(sample=1, seed=1), session=within()).view
    assert view is not None
    changes, runs, exceptions = (len(list(each)) for each in (view.changes, view.runs, view.exceptions))
    assert (1, 1, 3, 3) == (changes, runs, view.figures.changes, exceptions)


def test_a_broken_trail_ends_with_1_and_says_so_first(trail: Path) -> None:
    path = Chain(trail / "audit").path
    path.write_text(path.read_text().replace("CHG-7", "CHG-8", 1))
    report = audit_report(trail, session=within())
    assert (1, 1) == (report.exit_code, len(report.warnings))
    for form in ("text", "markdown", "html"):
        shown = render(form, report)
        assert shown.index("WARNING: The audit trail is broken in 1 place.") < shown.index("Made at")


@pytest.mark.parametrize("form", ["text", "markdown", "html", "json"])
def test_it_is_the_same_for_the_same_trail_and_moment(trail: Path, form: str) -> None:
    first, second = (render(form, audit_report(trail, session=within())) for _ in range(2))
    assert first == second


def test_a_trail_that_grows_meanwhile_is_not_reported(trail: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chain = Chain(trail / "audit")
    attested = cover_of.attested

    def slow(*args: Any) -> Any:
        chain.append([change("r9")])
        return attested(*args)

    monkeypatch.setattr(cover_of, "attested", slow)
    with pytest.raises(AuditError, match="changed while it was read"):
        audit_report(trail, session=within())


def test_of_no_trail_and_of_an_empty_one_there_is_no_page(tmp_path: Path) -> None:
    with pytest.raises(AuditError, match="there is no audit trail at"):
        audit_report(tmp_path, session=within())
    (tmp_path / "audit").mkdir()
    (tmp_path / "audit" / "audit.jsonl").touch()
    with pytest.raises(AuditError, match="has no entries"):
        audit_report(tmp_path, session=within())


def test_a_period_in_which_nothing_happened_has_its_page(trail: Path) -> None:
    report = audit_report(trail, AuditOptions(since="2025-01-01", until="2025-02-01"), session=within())
    assert report.view is not None
    (line,) = (each for each in render("text", report).splitlines() if each.strip().startswith("Exceptions"))
    assert (0, 0, ["Exceptions", "none"]) == (report.exit_code, report.view.figures.changes, line.split())
