import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from syncer.errors import SyncerError
from syncer.model.plan import Plan
from syncer.planning.document import plan_document
from syncer.policy.schema import schema_text
from syncer.report import FORMATS, render
from syncer.report.picture.of_plan import picture_of_plan
from syncer.report.sights import Graphed
from syncer.report.views import Planned, Report
from tests.report.changes import loop, solving
from tests.report.report_samples import KINDS, reports

SCHEMA = json.loads(schema_text("output.v1.schema.json"))
VALIDATOR = Draft202012Validator(SCHEMA)


def view_of(plan: Plan) -> Planned:
    return Planned(plan, plan_document(plan))


def output(report: Report) -> Any:
    return json.loads(render("json", report))


@pytest.mark.parametrize("name", ["x", "\ud800\x1b\u202e"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_report_is_what_the_schema_says(kind: str, name: str) -> None:
    document = output(reports(name)[kind])
    assert [] == [error.message for error in VALIDATOR.iter_errors(document)]
    assert {"error": 1, "warning": 1, "info": 1} == document["counts"]
    assert {"type": "StalePlan", "message": f"it is stale:\n{name}\n{name}", "hint": name} == document[
        "error"
    ]


def kinds_of(error: type[SyncerError]) -> list[type[SyncerError]]:
    return [error, *(kind for each in error.__subclasses__() for kind in kinds_of(each))]


@pytest.mark.parametrize("code", sorted({error.exit_code for error in kinds_of(SyncerError)}))
@pytest.mark.parametrize("command", SCHEMA["properties"]["command"]["enum"])
def test_every_command_may_end_in_every_error(command: str, code: int) -> None:
    document = output(Report(command, code, error=SyncerError("what", hint="how")))
    VALIDATOR.validate(document)
    assert (None, []) == (document["result"], document["findings"])


def graphed() -> Report:
    """A network that is drawn: it has formats of its own, and so no place among the samples."""
    return Report("graph", view=Graphed(picture_of_plan(loop()), "plan"))


def test_a_network_is_data_as_its_schema_says() -> None:
    document = output(graphed())
    assert [] == list(VALIDATOR.iter_errors(document))
    result = document["result"]
    assert ("plan", "1h", 0, 0) == tuple(
        result[key] for key in ("graph_of", "interval", "left_out", "watches")
    )
    names = {queue["id"]: queue["name"] for queue in result["queues"]}
    assert [("A", "B"), ("B", "C"), ("C", "A")] == [
        (names[rule["source"]], names[rule["target"]]) for rule in result["rules"] if rule["in_loop"]["after"]
    ]
    assert not any(rule["in_loop"]["before"] for rule in result["rules"])
    assert ["create"] == [rule["action"] for rule in result["rules"] if names[rule["source"]] == "C"]


def test_schema_and_code_have_the_same_fields() -> None:
    results = [output(each)["result"] for each in (*reports("x").values(), graphed())]
    produced = [set(result) for result in results if result is not None]
    for result in SCHEMA["properties"]["result"]["anyOf"][1:]:
        definition = SCHEMA["$defs"][result["$ref"].removeprefix("#/$defs/")]
        own = [
            keys for keys in produced if set(definition["required"]) <= keys <= set(definition["properties"])
        ]
        assert set(definition["properties"]) == set().union(*own)


def test_a_plan_has_its_verdict_and_how_each_finding_stands_to_it() -> None:
    document = output(Report("plan", 3, view_of(loop()), loop().findings))
    verdict = "Can't be applied: this change closes a loop of 3 queues (A → B → C → A)."
    assert (verdict, verdict) == (document["verdict"], document["result"]["plan"]["verdict"])
    assert [
        ("capacity.saturated", "before", False),
        ("capacity.unchecked", "new", False),
        ("loops.cycle", "new", True),
    ] == [(each["id"], each["since"], each["refuses"]) for each in document["findings"]]


def test_a_loop_is_data() -> None:
    document = output(Report("plan", 3, view_of(loop()), loop().findings))
    (found,) = [each["loop"] for each in document["findings"] if each["loop"]]
    assert ["id-A", "id-B", "id-C"] == [queue["id"] for queue in found["queues"]]
    assert [("id-A", False), ("id-B", False), ("id-C", True)] == [
        (each["source"], each["new"]) for each in found["rules"]
    ]


def test_a_rule_has_its_contacts_and_a_queue_its_loads_before_and_after() -> None:
    plan = output(Report("plan", 0, view_of(solving())))["result"]["plan"]
    (changed,) = plan["changes"][0]["rules"]
    assert {"before": 120, "after": 20, "up_to": False} == changed["contacts"]
    inflows = {each["queue"]["name"]: (each["before"], each["after"]) for each in plan["queues"]}
    before, after = inflows["Tier 3"]
    assert (120, 20) == (before["load"]["inflow"], after["load"]["inflow"])
    headroom = plan["headroom"]
    assert (0.31, 1.33) == tuple(round(headroom[side]["factor"], 2) for side in ("before", "after"))
    assert ["capacity.exceeded"] == [each["id"] for each in plan["solved"]]


@pytest.mark.parametrize("kind", ["validate", "drift", "an error alone"])
def test_what_is_no_plan_has_no_verdict(kind: str) -> None:
    assert output(reports("x")[kind])["verdict"] is None


def test_without_an_error_there_is_none() -> None:
    assert output(Report("plan"))["error"] is None


def test_colors_mean_nothing_to_other_formats() -> None:
    for form in FORMATS.keys() - {"text"}:
        for report in reports("x").values():
            assert render(form, report) == render(form, report, color=True)
