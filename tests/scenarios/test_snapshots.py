"""Whole outputs, held by files: a diff of these files shows what a change does to what people read.

``make snapshots`` writes them anew. ``example`` is the example policies against the emulator's organization,
as the README shows them; ``samples`` is every kind of report with one name wherever a name can stand.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from syncer import __version__
from syncer.applying.apply import Result
from syncer.drift.found import drift_of
from syncer.gitlab.place import Job
from syncer.kinds.registry import MIXED
from syncer.live.wire import read_queue
from syncer.model.plan import Outcome, Plan, Status
from syncer.planning.build import Inputs, build_plan
from syncer.planning.document import plan_document
from syncer.planning.saved_plan import plan_of
from syncer.policy.load import load_policies, load_settings
from syncer.report import REPORTS, render
from syncer.report.note import note_text
from syncer.report.note.applied import applied_text
from syncer.report.note.drifted import DriftStory, drift_texts
from syncer.report.views import Applied, Drifted, Planned, Report
from tests.report.report_samples import HEAD, NOW, RUN, reports

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).parent / "snapshots"
EXAMPLE = ROOT / "policies"
ORGANIZATION = ROOT / "syncer/emulator/data/demo.json"

ENDINGS = {"text": "txt", "markdown": "md", "junit": "xml", "html": "html"}
BRIEF_FORMATS = ("text", "markdown")
JOB = Job("1" * 40, "https://gitlab.example.com/-/jobs/1", "https://gitlab.example.com/-/pipelines/1")


@cache
def example_plan() -> Plan:
    """The plan that turns the emulator's organization into the example policies."""
    loaded, settings = load_policies([EXAMPLE], ROOT), load_settings(EXAMPLE, ROOT)
    queues = (read_queue(raw) for raw in json.loads(ORGANIZATION.read_text(encoding="utf-8"))["queues"])
    return build_plan(
        Inputs(
            policies=loaded.policies,
            live=tuple(sorted(queues, key=lambda queue: (queue.name, queue.id))),
            api="http://127.0.0.1:8800",
            lock="etag",
            dialect=MIXED,
            settings=settings.settings,
        ),
        NOW,
    )


def example_reports() -> dict[str, Report]:
    """What plan, apply and drift say of the example."""
    plan = example_plan()
    made = Report("plan", 0, Planned(plan, plan_document(plan), "plan.json"), plan.findings)
    one_failed = [Outcome(change, Status.APPLIED, "", 1, 21.5) for change in plan.changes]
    one_failed[-1] = replace(one_failed[-1], status=Status.FAILED, detail="the queue no longer exists")
    result = Result(RUN, "in part", tuple(one_failed), HEAD, {"PUT /api/v2/routing/queues/{id}": 9}, 1234.5)
    return {
        "plan": made,
        "apply": Report("apply", 5, Applied(plan, result), plan.findings),
        "drift": Report("drift", 2, Drifted(drift_of(plan)), plan.findings),
    }


def notes() -> dict[str, str]:
    """The texts that GitLab gets."""
    plan, applied = example_plan(), example_reports()["apply"]
    drift = DriftStory(drift_of(plan), (), "production", (), JOB)
    return {
        "notes/plan.md": note_text(plan_of(plan_document(plan)), "production", JOB),
        "notes/apply.md": applied_text(json.loads(render("json", applied)), "production", JOB),
        "notes/drift.md": drift_texts(drift, HEAD).description,
    }


def snapshots() -> dict[str, str]:
    """Every output by the name of its file."""
    return {name: text.replace(__version__, "VERSION") for name, text in (*_rendered(), *notes().items())}


def _rendered() -> Iterator[tuple[str, str]]:
    for what, report in example_reports().items():
        for format_ in REPORTS:
            yield f"example/{what}.{_file(format_)}", _own(render(format_, report))
    for what, report in reports("Support").items():
        for format_ in BRIEF_FORMATS:
            yield (
                f"samples/{what.replace(', ', '-').replace(' ', '-')}.{_file(format_)}",
                render(format_, report),
            )


def _own(page: str) -> str:
    """What a page says: its style and script, which all pages have, are files of the program."""
    bare = re.sub(r"<(style|script)>.*?</\1>", r"<\1></\1>", page, flags=re.DOTALL)
    return re.sub(r"'sha256-[^']*'", "'sha256-…'", bare)


def _file(format_: str) -> str:
    return f"{format_}.{ENDINGS.get(format_, 'json' if format_ != 'github' else 'txt')}"


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    return snapshots()


def test_every_output_is_as_its_snapshot(made: dict[str, str], renew_snapshots: bool) -> None:
    if renew_snapshots:
        for old in FOLDER.glob("*/*"):
            old.unlink()
        for name, text in made.items():
            (FOLDER / name).parent.mkdir(exist_ok=True)
            (FOLDER / name).write_text(text, encoding="utf-8")
    kept = {
        path.relative_to(FOLDER).as_posix(): path.read_text(encoding="utf-8") for path in FOLDER.glob("*/*")
    }
    changed = [name for name in sorted({*kept, *made}) if kept.get(name) != made.get(name)]
    assert [] == changed, "outputs changed: if that is meant, run `make snapshots` and review the diff"


def test_a_change_of_an_output_is_noticed(made: dict[str, str]) -> None:
    assert len({text for text in made.values() if text}) > len(made) / 2
    assert "Support Tier 1" in made["example/plan.text.txt"]
    assert made["example/plan.text.txt"] != made["example/drift.text.txt"]
