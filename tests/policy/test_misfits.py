"""What does not fit a schema is found by jsonschema, and whoever is quicker agrees with it."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from syncer.model.fits_schema import Fits, compiled
from syncer.policy.misfits import MOST_FINDINGS, misfits, validator
from syncer.policy.schema import POLICY, SETTINGS, is_moment, schema, schema_text, validate
from syncer.yamlfile.document import Document, parse
from syncer.yamlfile.nodes import BROKEN, TOP
from tests.organizations import leaves, replaced
from tests.properties import examples

GOOD = Path(__file__).parent / "examples" / "good"
SAMPLES: dict[str, list[Any]] = {
    POLICY: [parse(path.name, path.read_bytes()).data for path in sorted(GOOD.glob("*.yaml"))],
    SETTINGS: [
        {
            "version": 1,
            "checks": {"capacity.tight": "off"},
            "pace": {"burst": 5, "requests_per_second": 12.5},
            "safety": {
                "protected": ["Emergency*"],
                "freeze": [
                    {
                        "start": "2026-12-24T18:00:00+01:00",
                        "end": "2026-12-27T06:00:00Z",
                        "reason": "Holidays",
                    }
                ],
            },
            "ignore": [{"queues": ["A"], "fields": ["delay"], "reason": "x"}],
            "environments": {
                "prod": {
                    "region": "eu-central-1",
                    "credentials": {"client_id": "ID", "client_secret": "SECRET"},
                }
            },
            "scenarios": {"peak": {"load": 1.3, "outage": ["A"], "queues": [{"queue": "B", "load": 2}]}},
        }
    ],
}
ODD: list[Any] = [
    *(None, True, False, 0, -1, 1, 1.0, 1.5, 101, 10**30, -0.0, 1e12, 1e300, 3600, 3601, 259200.5, [], {}),
    *(
        "",
        "x",
        "A" * 256,
        "A" * 257,
        "a\nb",
        "a\n",
        "\x85",
        "\x7f",
        "\u2028",
        "ServiceLevel",
        "GreaterThan",
        "off",
    ),
    *(
        "2026-12-24T18:00:00Z",
        "2026-13-24T18:00:00Z",
        "A_VARIABLE",
        "https://gitlab.example.com",
        "error",
        "add",
    ),
    *(
        [1],
        ["x"],
        {"id": "b-2"},
        {"team": "T"},
        {"team": "T", "id": "x"},
        {"x-a": 1},
        {"": 1},
        {"target": "B"},
    ),
]
PLACES = [
    (name, sample, path[:size])
    for name, samples in SAMPLES.items()
    for sample in samples
    for path in leaves(sample)
    for size in range(len(path) + 1)
]


@cache
def judges(name: str) -> tuple[Fits, Draft202012Validator]:
    return compiled(json.loads(schema_text(name)), {"date-time": is_moment}), validator(schema(name))


@examples(2000)
@given(st.sampled_from(PLACES), st.sampled_from(ODD), st.sampled_from(["", "x-a", "queue", "a b", "groups"]))
def test_the_quick_answer_is_that_of_jsonschema(
    place: tuple[str, Any, tuple[Any, ...]], new: Any, key: str
) -> None:
    name, sample, path = place
    edited = replaced(sample, path, new)
    inner: Any = sample
    for step in path:
        inner = inner[step]
    added = replaced(sample, path, {**inner, key: new}) if isinstance(inner, dict) and key else edited
    fits, oracle = judges(name)
    for each in (sample, edited, added):
        assert oracle.is_valid(each) == fits(each)


@pytest.mark.parametrize("name", [POLICY, SETTINGS])
def test_the_samples_fit(name: str) -> None:
    fits, oracle = judges(name)
    assert [True] * len(SAMPLES[name]) == [fits(each) for each in SAMPLES[name]]
    assert all(map(oracle.is_valid, SAMPLES[name]))


def test_findings_of_one_file_are_bounded() -> None:
    text = "version: 1\nqueues:\n" + "  - queue: 5\n" * (MOST_FINDINGS + 5)
    assert MOST_FINDINGS == len(validate(parse("f", text.encode()), POLICY))


def test_what_is_broken_already_gets_no_second_finding() -> None:
    text = "version: !foo 1\nqueues:\n  - queue: .inf\n  - !foo {queue: A}\n"
    assert () == validate(parse("f", text.encode()), POLICY)


def test_a_finding_knows_the_queue_that_it_is_about() -> None:
    queues = [{"queue": "A", "x": 1}, {"queue": {"id": "b"}, "x": 1}, {"queue": 5}, BROKEN]
    data = {"version": 2, "queues": queues}
    found = misfits(Document("p.yaml", ("",), data, known=TOP), schema(POLICY))
    assert {"A", "b", ""} == {finding.queue for finding in found}
    assert {"schema.const", "schema.additionalProperties", "schema.type"} == {finding.id for finding in found}
