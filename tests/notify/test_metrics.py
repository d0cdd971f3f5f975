from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

import pytest
from prometheus_client import Metric
from prometheus_client.openmetrics import parser
from prometheus_client.parser import text_string_to_metric_families as as_text

from syncer.notify.metrics import BUCKETS, LAST_SUCCESS, Measured, last_success, openmetrics, push

Parse = Callable[[str], Iterable[Metric]]

as_openmetrics: Callable[[str], Iterator[Metric]] = parser.text_string_to_metric_families

FULL = Measured(
    command="apply",
    version="1.2.3",
    duration=1.5,
    last_success=1772353800.25,
    operations={("create", "applied"): 2, ("delete", "conflict"): 1},
    validations={"passed": 1, "failed": 0},
    puts=(0.03, 0.3, 40.0),
    calls={"GET /api/v2/routing/queues": 2, "PUT /api/v2/routing/queues/{id}": 3, "429": 4, "retries": 5},
    drifted_queues=3,
    drifted_rules={"new": 4, "known": 0, "alerted": 1},
    plan_changes={"create": 2, "update": 0, "delete": 1},
)
SAMPLES = {
    "syncer_operations_total action=create status=applied": 2,
    "syncer_operations_total action=delete status=conflict": 1,
    "syncer_validations_total result=failed": 0,
    "syncer_validations_total result=passed": 1,
    "syncer_put_duration_seconds_count": 3,
    "syncer_put_duration_seconds_sum": 40.33,
    "syncer_calls_total method=GET route=/api/v2/routing/queues": 2,
    "syncer_calls_total method=PUT route=/api/v2/routing/queues/{id}": 3,
    "syncer_rate_limited_total": 4,
    "syncer_drifted_queues": 3,
    "syncer_drifted_rules standing=alerted": 1,
    "syncer_drifted_rules standing=known": 0,
    "syncer_drifted_rules standing=new": 4,
    "syncer_plan_changes action=create": 2,
    "syncer_plan_changes action=delete": 1,
    "syncer_plan_changes action=update": 0,
    "syncer_last_success_timestamp_seconds": 1772353800.25,
    "syncer_run_duration_seconds": 1.5,
    "syncer_build_info version=1.2.3": 1,
}


def samples(families: Iterable[Metric]) -> dict[str, float]:
    """Every sample but the buckets, by its name and labels; all bear the command."""
    found = {}
    for sample in (sample for family in families for sample in family.samples):
        labels = dict(sample.labels)
        assert "apply" == labels.pop("command")
        if "le" not in labels:
            found[" ".join([sample.name, *(f"{k}={v}" for k, v in sorted(labels.items()))])] = sample.value
    return found


@pytest.mark.parametrize("parse", [as_openmetrics, as_text])
def test_both_formats_read_the_same(parse: Parse) -> None:
    assert SAMPLES == pytest.approx(samples(parse(openmetrics(FULL))))


def test_it_ends_in_eof_and_has_no_type_that_prometheus_text_lacks() -> None:
    text = openmetrics(FULL)
    assert text.endswith("\n# EOF\n")
    types = {line.split()[3] for line in text.splitlines() if line.startswith("# TYPE ")}
    assert {"counter", "gauge", "histogram"} == types
    assert "_created" not in text


def test_the_histogram_adds_up() -> None:
    families = {family.name: family for family in as_openmetrics(openmetrics(FULL))}
    buckets = [s.value for s in families["syncer_put_duration_seconds"].samples if "le" in s.labels]
    assert [1, 1, 1, 2, 2, 2, 2, 2, 2, 3] == buckets
    assert len(BUCKETS) + 1 == len(buckets)


def test_every_metric_has_help_and_seconds_have_their_unit() -> None:
    families = list(as_openmetrics(openmetrics(FULL)))
    assert families
    for family in families:
        assert family.documentation
        assert ("seconds" if family.name.endswith("_seconds") else "") == family.unit


def test_what_is_not_known_is_left_out() -> None:
    names = {name.split()[0] for name in samples(as_openmetrics(openmetrics(Measured("apply", "1", 0.0))))}
    assert not names & {"syncer_drifted_queues", "syncer_drifted_rules", "syncer_plan_changes", LAST_SUCCESS}
    assert {"syncer_rate_limited_total", "syncer_put_duration_seconds_count"} <= names


BUCKET_WITHOUT_BOUND = "# TYPE a histogram\na_bucket{} 1\n# EOF\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\x00",
        "{",
        "syncer 1",
        "# EOF",
        "# TYPE a b c",
        f"{LAST_SUCCESS} 5\n# EOF\n",
        BUCKET_WITHOUT_BOUND,
    ],
)
def test_no_last_success_without_one_in_the_file(text: str) -> None:
    assert last_success(text, {"command": "apply"}) is None


def test_the_last_success_is_that_of_the_command() -> None:
    assert 1772353800.25 == last_success(openmetrics(FULL), FULL.labels)
    assert last_success(openmetrics(FULL), {"command": "drift"}) is None
    assert last_success(openmetrics(FULL), {**FULL.labels, "environment": "eu"}) is None


def test_where_it_ran_is_on_every_sample_and_in_the_group() -> None:
    labels = {"command": "apply", "environment": "production/eu", "policy_set": "syncer-eu"}
    found = replace(FULL, environment="production/eu", policy_set="syncer-eu")
    samples = [sample for family in as_openmetrics(openmetrics(found)) for sample in family.samples]
    assert [] == [sample for sample in samples if not labels.items() <= sample.labels.items()]
    urls = []
    push(found, "http://gateway:9091", lambda _method, url, _headers, _content: urls.append(url))
    assert all(
        part in urls[0] for part in ("/command/apply", "/environment@base64/", "/policy_set/syncer-eu")
    )


def test_a_push_is_grouped_by_command_and_adds_to_what_is_there() -> None:
    sent = []

    def send(method: str, url: str, headers: Mapping[str, str], content: bytes) -> None:
        sent.append((method, url))
        assert headers["Content-Type"].startswith("text/plain; version=0.0.4")
        assert SAMPLES == pytest.approx(samples(as_text(content.decode())))

    push(FULL, "http://gateway:9091/", send)
    assert [("POST", "http://gateway:9091/metrics/job/syncer/command/apply")] == sent
