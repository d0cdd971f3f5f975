"""``simulate``: of the policies alone, of a plan, and with live; what is assumed, and what isn't known."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from syncer.app import (
    LiveTarget,
    PlanOptions,
    PolicySource,
    Session,
    SimulateOptions,
    plan,
    simulate,
)
from syncer.errors import ConfigError, Refused, WrongUsage
from syncer.model.finding import Severity, Since
from syncer.report.sights import Simulated
from tests.program import Program, policy_queue
from tests.use_cases import SOURCE, session

OFFLINE = Session(environ={})

POLICIES = (
    policy_queue("Front", ("Back", 25)),
    policy_queue("Back", capacity=50, base_load=20),
    {"queue": "Desk", "manage": False},
)


@pytest.fixture
def policies(program: Program) -> Program:
    """Front sends 12.5 of its 50 to Back, which has 20 and can take 50."""
    program.write_policies(*POLICIES)
    return program


def seen(source: PolicySource = SOURCE, **options: Any) -> Simulated:
    report = simulate(source, SimulateOptions(**options), session=OFFLINE)
    assert report.view
    assert 0 == report.exit_code
    return report.view


def kept(view: Simulated) -> dict[str, tuple[float, float]]:
    """What each queue keeps before and after."""
    return {
        each.name: (each.before.load.kept, each.after.load.kept)
        for each in view.simulation.queues
        if each.before.load and each.after.load
    }


@pytest.mark.usefixtures("policies")
def test_today_is_what_it_is_without_options() -> None:
    view = seen()
    assert {"Back": (32.5, 32.5), "Desk": (0, 0), "Front": (37.5, 37.5)} == kept(view)
    assert ("the policies alone", "1h", (), False) == (view.of, view.interval, view.assumed, view.planned)
    assert () == view.unknown


@pytest.mark.usefixtures("policies")
def test_what_is_assumed_is_said() -> None:
    view = seen(load=2, loads=(("Fr*", 1.5),), outage=("Des",), capacities=(("Back", 40.0),))
    assert {"Back": (32.5, 58.75), "Desk": (0, 0), "Front": (37.5, 56.25)} == kept(view)
    assert (
        "2 × today's load",
        "Front is offered 1.5 × its base load",
        "Back can take 40",
        "Desk is out of service",
    ) == view.assumed
    assert ["Back"] == [each.name for each in view.simulation.overflowing]


@pytest.mark.usefixtures("policies")
def test_the_findings_are_those_that_the_checks_would_make() -> None:
    report = simulate(SOURCE, SimulateOptions(load=2), session=OFFLINE)
    assert [("capacity.saturated", "Back", Since.NEW)] == [
        (each.id, each.queue, each.since) for each in report.findings
    ]
    assert "policies/all.yaml" in report.sources


@pytest.mark.usefixtures("policies")
def test_until_full_says_how_far_the_load_may_grow() -> None:
    found = seen(until_full=True).simulation
    assert (50 / 32.5, "Back", 0) == (found.factor, found.headroom.queue, len(found.overflowing))


def test_a_scenario_of_the_settings_has_the_options_on_top(policies: Program) -> None:
    queues = [{"queue": "Back", "capacity": 30}, {"queue": "Nobody", "load": 2}]
    policies.write_settings(scenarios={"peak": {"load": 3, "outage": ["Desk"], "queues": queues}, "calm": {}})
    view = seen(scenario="peak")
    assert (
        "3 × today's load",
        "Desk is out of service",
        "Back can take 30",
        "Nobody is offered 2 × its base load",
    ) == (view.assumed)
    assert ("settings of the scenario for queues that don't exist: Nobody",) == view.unknown
    assert (37.5, 112.5) == kept(view)["Front"]
    assert (37.5, 75.0) == kept(seen(scenario="peak", load=2))["Front"]
    assert () == seen(scenario="calm").assumed
    with pytest.raises(WrongUsage, match="no scenario 'paek'") as error:
        seen(scenario="paek")
    assert "They have peak, calm. Did you mean 'peak'?" == error.value.hint


@pytest.mark.usefixtures("policies")
def test_a_queue_that_there_is_not_offers_others() -> None:
    with pytest.raises(WrongUsage, match="the network has no queue 'Bock'"):
        seen(outage=("Bock",))
    with pytest.raises(WrongUsage) as error:
        seen(scenario="peak")
    assert "They have none." == error.value.hint


def test_a_misspelled_target_is_reported_first(policies: Program, target: LiveTarget) -> None:
    policies.write_policies(policy_queue("Front", ("Bakc", 25)), *POLICIES[1:])
    report = simulate(SOURCE, session=OFFLINE)
    first, view = report.findings[0], report.view
    assert ("references.unknown", Severity.WARNING) == (first.id, first.severity)
    assert "did you mean 'Back'?" in first.tip
    assert view
    assert "what happens in Bakc: no policy describes it" == view.unknown[0]
    report = simulate(SOURCE, SimulateOptions(live=True), target, session=session())
    assert (3, None) == (report.exit_code, report.view)
    assert any("'Bakc'" in each.message and each.severity is Severity.ERROR for each in report.findings)


def test_what_is_not_known_is_said(policies: Program) -> None:
    policies.write_policies(policy_queue("Front", ("Back", 25), base_load=0))
    nowhere = "what happens in Back: no policy describes it"
    assert (nowhere, "loads: no policy states a base load") == seen().unknown
    policies.write_policies(policy_queue("Front", ("Back", 25)))
    assert (nowhere, "what Back can take: no capacity is stated") == seen().unknown
    policies.write_policies(policy_queue("Front", ("Back", 25)), policy_queue("Back", ("Front", 25)))
    assert ("the load in or downstream of a loop: Back, Front",) == seen().unknown


def test_figures_of_an_environment_count_where_it_is_chosen(policies: Program) -> None:
    environments = {"prod": {"queues": [{"queue": "Front", "base_load": 80}]}, "test": {}}
    policies.write_settings(environments=environments)
    view = seen()
    assert ("what differs in these environments: prod; choose one with --env",) == view.unknown
    assert (60.0, 60.0) == kept(seen(PolicySource(environment="prod")))["Front"]
    assert () == seen(PolicySource(environment="test")).unknown
    policies.write_policies(*POLICIES, {"queue": "Night", "manage": False, "only": ["test"]})
    assert seen().unknown[0].startswith("what differs in these environments: prod, test; ")


def test_agents_are_shown_where_they_are_known(policies: Program) -> None:
    policies.write_policies(policy_queue("Front", agents=14, aht=180, base_load=200, capacity=500))
    (front,) = seen(answer_within=20).simulation.queues
    service = front.after.service
    assert service
    assert (10.0, 0.8884) == (service.erlangs, round(service.within or 0, 4))


def test_policies_that_can_not_be_read_have_no_loads(policies: Program) -> None:
    (policies.folder / "policies" / "all.yaml").write_text("version: 1\nqueues: 7\n")
    report = simulate(SOURCE, session=OFFLINE)
    assert (3, None, ["schema.type"]) == (
        report.exit_code,
        report.view,
        [each.id for each in report.findings],
    )


@pytest.fixture
def saved(policies: Program, target: LiveTarget) -> Path:
    """A plan that brings Front's share from 10 to 25 percent."""
    report = plan(SOURCE, target, PlanOptions(out=Path("plan.json")), session=session())
    assert report.view
    return Path("plan.json")


def test_a_plan_is_shown_before_and_after(saved: Path) -> None:
    view = seen(plan=saved, load=2)
    found = view.simulation
    assert {"Back": (50.0, 65.0), "Desk": (0, 0), "Front": (90.0, 75.0), "Other": (0, 0)} == kept(view)
    assert ("the plan plan.json", True) == (view.of, view.planned)
    assert [("Back", False, True)] == [
        (each.name, each.before.over, each.after.over) for each in found.overflowing
    ]
    report = simulate(SOURCE, SimulateOptions(plan=saved, load=2), session=OFFLINE)
    assert [("capacity.saturated", "Back", Since.NEW)] == [
        (each.id, each.queue, each.since) for each in report.findings if each.id != "capacity.missing"
    ]


def test_its_headrooms_are_those_of_the_plan(saved: Path, target: LiveTarget) -> None:
    found = seen(plan=saved, until_full=True).simulation
    made = plan(SOURCE, target, session=session()).view
    assert made
    assert (made.plan.headroom, made.plan.headroom_before) == (found.headroom, found.headroom_before)


def test_a_plan_needs_the_policies_that_it_was_made_of(saved: Path, program: Program) -> None:
    program.write_policies(policy_queue("Front"))
    with pytest.raises(ConfigError, match=r"was made from other policies than these: policies/all\.yaml"):
        seen(plan=saved)


def test_a_plan_of_another_folder_says_which_one_it_was_made_from(saved: Path) -> None:
    Path("policies").rename("elsewhere")
    with pytest.raises(ConfigError, match=r"was made from policies, not from elsewhere") as error:
        simulate(PolicySource(Path("elsewhere")), SimulateOptions(plan=saved), session=OFFLINE)
    assert "Give --policies policies." == error.value.hint


def edited(path: Path) -> None:
    path.write_text(path.read_text().replace('"Front"', '"Frond"'))


@pytest.mark.parametrize(
    ("change", "source", "error"),
    [
        (lambda _: None, PolicySource(environment="prod"), WrongUsage),
        (edited, SOURCE, Refused),
    ],
    ids=["another environment", "an edited plan"],
)
def test_a_plan_that_is_another_is_refused(
    saved: Path, change: Callable[[Path], None], source: PolicySource, error: type[Exception]
) -> None:
    change(saved)
    with pytest.raises(error):
        seen(source, plan=saved)


def test_with_live_the_rules_of_other_queues_count(policies: Program, target: LiveTarget) -> None:
    policies.write_policies(
        POLICIES[0], policy_queue("Back", capacity=50), {"queue": "Other", "manage": False, "base_load": 40}
    )
    offline = seen()
    report = simulate(SOURCE, SimulateOptions(live=True), target, session=session())
    assert report.view
    assert ({"Back": (62.5, 62.5)}, {"Back": (64.5, 64.5)}) == (
        {"Back": kept(offline)["Back"]},
        {"Back": kept(report.view)["Back"]},
    )
    assert report.view.of.startswith("the policies on top of http://")


@pytest.mark.parametrize(
    "options",
    [
        {"load": -1.0},
        {"load": float("nan")},
        {"loads": (("a", 1001.0),)},
        {"capacities": (("a", 0.0),)},
        {"answer_within": -1.0},
        {"plan": Path("p"), "live": True},
    ],
)
def test_options_that_make_no_sense_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(WrongUsage):
        SimulateOptions(**options)
