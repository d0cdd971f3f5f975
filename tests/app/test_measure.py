"""Measure, called from Python and from the command line: what was counted stands in the policies."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from syncer.app import LiveTarget, MeasureOptions, PolicySource, measure, plan
from syncer.emulator.server import Emulator
from syncer.errors import ConfigError, Forbidden, Refused, SyncerError, WrongUsage
from syncer.live.analytics import AGGREGATE_QUERY
from syncer.measuring.against_model import UNSEEN
from syncer.report.sights import Measured
from syncer.report.views import ReportOf
from tests.aggregates import counting
from tests.program import Program, live_queue, overflow
from tests.scenarios.test_flow_edges import transfer
from tests.scripted_server import ScriptedServer, Seen, Step, answer
from tests.use_cases import SOURCE, session

NOW = datetime(2026, 11, 27, 19, 30, tzinfo=UTC)
COUNTS = {
    "front": {
        "nOffered": 220,
        "tAnswered": 190,
        "tAbandon": 8,
        "tFlowOut": 22,
        "within": 150,
        "tHandle": 190,
    },
    "desk": {"nOffered": 100, "tAnswered": 80, "tFlowOut": 20, "within": 60},
    "other": {"nOffered": 40, "tAnswered": 30, "tFlowOut": 10, "within": 30},
    "back": {"nOffered": 82, "tAnswered": 82, "within": 78},
}
COUNTS["front"]["tHandle"] = 190
"""In each hour of the day: Desk sends 20 to Front, Front 22 and Other 10 to Back, where the model says 2."""

EXPORTED = """\
version: 1
queues:
  - queue: Front
    # capacity:    # contacts per interval that it can take
    # base_load:   # contacts per interval that are offered to it directly
    overflow:
      - target: Back
        threshold: 10
  - queue: Back
    # capacity:    # contacts per interval that it can take
    # base_load:   # contacts per interval that are offered to it directly
    manage: false
"""
PLACEHOLDERS = "".join(EXPORTED.splitlines(keepends=True)[3:5])
STAMP = "measured 2026-10-30 to 2026-11-27, busy 95, 224 intervals of 1h"
STAMP_OF_ALL = STAMP.replace("224", "672")


def counted(queue: str, moment: datetime) -> dict[str, float]:
    return dict(COUNTS[queue]) if 9 <= moment.hour < 17 else {}


@pytest.fixture
def api(program: Program, emulator: Emulator) -> Iterator[ScriptedServer]:
    with counting(emulator.url, counted) as server:
        (program.folder / "policies" / "all.yaml").write_text(EXPORTED)
        program.setenv("SYNCER_API_URL", server.url)
        yield server


@pytest.fixture
def org(api: ScriptedServer, target: LiveTarget) -> LiveTarget:
    return replace(target, api_url=api.url)


FILE = Path("policies/all.yaml")


USUAL = MeasureOptions()


def run(org: LiveTarget, options: MeasureOptions = USUAL) -> ReportOf[Measured]:
    return measure(SOURCE, org, options, session=session(now=lambda: NOW))


def view_of(report: ReportOf[Measured]) -> Measured:
    assert report.view is not None
    return report.view


def written(front: str, back: str) -> str:
    """The file with these figures of both queues, in place of what an export leaves to be filled in."""
    expected = EXPORTED
    for figures in (front, back):
        expected = expected.replace(PLACEHOLDERS, figures, 1)
    return expected


def test_figures_are_written_and_the_rest_stays(org: LiveTarget) -> None:
    report = run(org)
    view = view_of(report)
    front = f"    # capacity: 150 ({STAMP})\n    base_load: 200  # {STAMP}\n"
    back = f"    # capacity: at least 78 ({STAMP})\n    base_load: 50  # {STAMP}\n"
    assert written(front, back) == FILE.read_text()
    assert (0, ("policies/all.yaml",), 2) == (report.exit_code, view.files, view.changed)
    assert [("other", "back", 10)] == [(way.source, way.target, way.measured) for way in view.off]
    assert ["front", "back"] == [each.figures.key for each in view.queues], "others are only asked for"
    again = view_of(run(org))
    assert ((), 0) == (again.files, again.changed)


def test_a_check_writes_nothing_and_shows_it(org: LiveTarget) -> None:
    report = run(org, MeasureOptions(check=True, detailed_exitcode=True))
    view = view_of(report)
    assert EXPORTED == FILE.read_text()
    assert (2, ("policies/all.yaml",)) == (report.exit_code, view.files)
    assert f"+    base_load: 200  # {STAMP}" in view.diff
    run(org)
    assert 0 == run(org, MeasureOptions(check=True, detailed_exitcode=True)).exit_code


def test_capacities_are_values_where_that_is_asked_for(org: LiveTarget) -> None:
    run(org, MeasureOptions(write_capacity=True))
    front = f"    capacity: 150  # {STAMP}\n    base_load: 200  # {STAMP}\n"
    back = f"    capacity: 78  # at least; {STAMP}\n    base_load: 50  # {STAMP}\n"
    assert written(front, back) == FILE.read_text()


def test_a_capacity_that_would_be_an_error_at_once_stays_a_comment(
    org: LiveTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(COUNTS["back"], "within", 20)
    view = view_of(run(org, MeasureOptions(write_capacity=True)))
    assert f"# capacity: 20 ({STAMP})" in FILE.read_text()
    left = ("capacity: 24.0 overflow into it, more than the 20 measured; it is a comment",)
    assert [(), left] == [each.left for each in view.queues]
    planned = plan(SOURCE, org, session=session()).findings
    assert [] == [finding for finding in planned if finding.refuses]


def test_what_is_not_determined_is_left_as_it_is(org: LiveTarget, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(COUNTS["back"], "nOffered", 20)
    view = view_of(run(org))
    (left,) = view.queues[1].left
    assert left.startswith("base_load: 32.0 come by known edges, more than the 20.0 that it is offered")
    assert 1 == FILE.read_text().count("\n    base_load: ")
    assert 1 == view.changed


def test_flow_outs_without_an_edge_are_unseen(org: LiveTarget, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(COUNTS["back"], "tFlowOut", 30)
    (unseen,) = [way for way in view_of(run(org)).ways if not way.target]
    assert ("back", 30, UNSEEN) == (unseen.source, unseen.measured, unseen.cause)


def test_a_queue_that_was_edited_within_the_time_is_named(org: LiveTarget, program: Program) -> None:
    assert () == view_of(run(org, MeasureOptions(check=True))).unknown
    program.edit("front", description="x")
    words = "whether rules were different during that time: Front was edited meanwhile"
    assert (words,) == view_of(run(org, MeasureOptions(check=True))).unknown


def test_agents_are_asked_for_as_far_as_there_is_a_source(org: LiveTarget) -> None:
    view = view_of(run(org, MeasureOptions(agents=True, check=True)))
    assert [240, None] == [each.figures.mean.handle_seconds for each in view.queues]
    assert any(words.startswith("agents: ") for words in view.unknown)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (MeasureOptions(weeks=1), "only 1 of 56 intervals of 1h with contacts are busy"),
        (MeasureOptions(weeks=2), "no contact was counted in the last 2 weeks"),
    ],
)
def test_of_few_contacts_nothing_is_said(
    org: LiveTarget, emulator: Emulator, options: MeasureOptions, message: str
) -> None:
    def rare(_queue: str, moment: datetime) -> dict[str, float]:
        peak = (moment.day, moment.hour) == (26, 12)
        return {"nOffered": 9 if peak else 1} if options.weeks == 1 and 9 <= moment.hour < 17 else {}

    with counting(emulator.url, rare) as api, pytest.raises(SyncerError, match=message) as raised:
        run(replace(org, api_url=api.url), replace(options, busy=100))
    assert (1, True) == (raised.value.exit_code, bool(raised.value.hint))
    assert EXPORTED == FILE.read_text()


def test_the_permission_that_is_missing_is_named(org: LiveTarget, api: ScriptedServer) -> None:
    script = api.script
    api.script = lambda seen: answer({}, 403) if seen.path == AGGREGATE_QUERY else script(seen)
    with pytest.raises(Forbidden) as raised:
        run(org)
    assert "The client needs the scope analytics:readonly" in raised.value.hint, "of a gateway"
    assert 1 == raised.value.exit_code


def test_policies_of_other_queues_and_broken_ones_are_not_measured(org: LiveTarget) -> None:
    FILE.write_text("version: 1\nqueues:\n- queue: Nobody\n")
    with pytest.raises(
        ConfigError, match="the organization has none of the queues that the policies describe"
    ):
        run(org)
    FILE.write_text("version: 7\n")
    report = run(org)
    assert (3, None, True) == (report.exit_code, report.view, bool(report.findings))


def test_a_file_in_another_form_leaves_all_files_as_they_are(org: LiveTarget) -> None:
    other = FILE.with_name("other.yaml")
    other.write_text("version: 1\nqueues: [{queue: Desk, overflow: []}]\n")
    with pytest.raises(Refused, match=r"no figures can be written into policies/other\.yaml in place"):
        run(org)
    assert EXPORTED == FILE.read_text()


def test_what_became_unreadable_meanwhile_is_not_overwritten(org: LiveTarget, api: ScriptedServer) -> None:
    script = api.script

    def breaking(seen: Seen) -> Step:
        if seen.path == AGGREGATE_QUERY:
            FILE.write_text("version: 7\n")
        return script(seen)

    api.script = breaking
    with pytest.raises(Refused, match="the policies were changed meanwhile"):
        run(org)
    assert "version: 7\n" == FILE.read_text()


def test_an_edit_that_was_made_meanwhile_stays(org: LiveTarget, api: ScriptedServer) -> None:
    script = api.script

    def editing(seen: Seen) -> Step:
        if seen.path == AGGREGATE_QUERY:
            FILE.write_text(f"# Mine.\n{EXPORTED}")
        return script(seen)

    api.script = editing
    run(org)
    text = FILE.read_text()
    assert (True, 2) == (text.startswith("# Mine.\n"), text.count("\n    base_load: "))


def test_line_ends_stay_and_paths_can_be_named(org: LiveTarget) -> None:
    FILE.write_bytes(EXPORTED.replace("\n", "\r\n").encode())
    other = FILE.with_name("other.yaml")
    other.write_text("version: 1\nqueues:\n- queue: Desk\n")
    measure(PolicySource(paths=(FILE,)), org, session=session(now=lambda: NOW))
    assert b"\n" not in FILE.read_bytes().replace(b"\r\n", b"")
    assert "base_load: 200" in FILE.read_text()
    assert "base_load" not in other.read_text()


def test_a_figure_that_the_environment_overrides_is_not_written(org: LiveTarget, program: Program) -> None:
    own = {"queues": [{"queue": "Front", "base_load": 9, "capacity": 8}], "api_url": org.api_url}
    program.write_settings(environments={"prod": own})
    options = MeasureOptions(write_capacity=True)
    report = measure(PolicySource(environment="prod"), org, options, session=session(now=lambda: NOW))
    front, back = view_of(report).queues
    assert (
        "base_load: the settings state 9 for this environment",
        "capacity: the settings state 8 for this environment; it is a comment",
    ) == front.left
    assert () == back.left
    assert 1 == FILE.read_text().count("\n    base_load: ")


@pytest.mark.parametrize("weeks", [0, 53])
def test_options_have_bounds(weeks: int) -> None:
    with pytest.raises(WrongUsage, match=f"weeks is {weeks}"):
        MeasureOptions(weeks)
    with pytest.raises(WrongUsage, match="busy is 101"):
        MeasureOptions(busy=101)


NIGHT = {"id": "f-night", "name": "Night"}
TRANSFERRED = """\
    transfers:
      - target: Front
        share: 12.5  # {stamp}
"""


def test_what_flows_transfer_is_measured_and_stated(program: Program) -> None:
    """Back's in-queue flow transfers an eighth to Front, whose rule sends a tenth back: a circle."""
    queues = [live_queue("Front", overflow("back", 10)), live_queue("Back", queueFlow=NIGHT)]
    flows = [{**NIGHT, "type": "INQUEUECALL", "configuration": transfer("front")}]
    counts = {"front": {"nOffered": 200, "tFlowOut": 20}, "back": {"nOffered": 80, "tFlowOut": 10}}

    with (
        Emulator(queues=queues, surroundings={"flows": flows}, rate_limit=1_000_000) as emulator,
        counting(emulator.url, lambda queue, _moment: counts[queue]) as api,
    ):
        FILE.write_text(EXPORTED)
        target = LiveTarget(api_url=api.url)
        view = view_of(run(target))
        assert [("back", "front", 12.5)] == [(each.source, each.target, each.percent) for each in view.shares]
        text = FILE.read_text()
        assert text.endswith(f"    manage: false\n{TRANSFERRED.format(stamp=STAMP_OF_ALL)}")
        assert [190, 60] == [each.figures.base_load for each in view.queues]
        planned = plan(SOURCE, target, session=session())
        assert [] == [finding for finding in planned.findings if finding.refuses]
        assert () == view_of(run(target)).files
