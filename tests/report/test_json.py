import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from syncer.errors import SyncerError
from syncer.policy.schema import schema_text
from syncer.report import FORMATS, render
from syncer.report.views import Report
from tests.report.report_samples import KINDS, reports

SCHEMA = json.loads(schema_text("output.v1.schema.json"))
VALIDATOR = Draft202012Validator(SCHEMA)


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


def test_schema_and_code_have_the_same_fields() -> None:
    results = [output(each)["result"] for each in reports("x").values()]
    produced = [set(result) for result in results if result is not None]
    for result in SCHEMA["properties"]["result"]["anyOf"][1:]:
        definition = SCHEMA["$defs"][result["$ref"].removeprefix("#/$defs/")]
        own = [
            keys for keys in produced if set(definition["required"]) <= keys <= set(definition["properties"])
        ]
        assert set(definition["properties"]) == set().union(*own)


def test_without_an_error_there_is_none() -> None:
    assert output(Report("plan"))["error"] is None


def test_colours_mean_nothing_to_other_formats() -> None:
    for form in FORMATS.keys() - {"text"}:
        for report in reports("x").values():
            assert render(form, report) == render(form, report, color=True)
