"""The metrics of a command in the Prometheus convention.

The text is OpenMetrics that the Prometheus text format can read too: node_exporter rejects the types that
only OpenMetrics has (``info``, ``stateset``), so there are only counters, gauges and a histogram. Each sample
has the label ``command`` and labels for where it ran, so that the files of several commands, environments and
policy sets in one folder never contain the same series twice.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import pushadd_to_gateway
from prometheus_client.openmetrics.exposition import generate_latest
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

LAST_SUCCESS: Final = "syncer_last_success_timestamp_seconds"
BUCKETS: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Upper bounds of the histogram of PUTs, in seconds."""

# The library leaves these two without types.
_generate: Callable[[CollectorRegistry], bytes] = generate_latest
_families_in: Callable[[str], Iterator[Metric]] = text_string_to_metric_families

Send = Callable[[str, str, Mapping[str, str], bytes], None]
"""Sends a body: method, URL, headers, body. Raises SyncerError if it was not accepted."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What one command did. Times are seconds; ``calls`` counts requests by the names of the live client.

    ``environment`` and ``policy_set`` are what it ran with; an empty one isn't a label. ``operations`` counts
    rules by action and status; ``validations`` by result; ``drifted_rules`` by the state of their drift. What
    the command doesn't know is None; ``last_success`` is seconds since 1970.
    """

    command: str
    version: str
    duration: float
    last_success: float | None = None
    operations: Mapping[tuple[str, str], int] = field(default_factory=dict)
    validations: Mapping[str, int] = field(default_factory=dict)
    puts: tuple[float, ...] = ()
    calls: Mapping[str, int] = field(default_factory=dict)
    drifted_queues: int | None = None
    pending_queues: int | None = None
    drifted_rules: Mapping[str, int] | None = None
    plan_changes: Mapping[str, int] | None = None
    environment: str = ""
    policy_set: str = ""

    @property
    def labels(self) -> dict[str, str]:
        """The labels of every sample."""
        where = {"environment": self.environment, "policy_set": self.policy_set}
        return {"command": self.command} | {name: value for name, value in where.items() if value}


def openmetrics(measured: Measured) -> str:
    """Return the metrics as OpenMetrics text, which ends in ``# EOF``."""
    return _generate(_registry(measured)).decode("utf-8")


def push(measured: Measured, gateway: str, send: Send) -> None:
    """Push to a gateway. Metrics that are missing (the last success, after a failure) keep their old value
    there."""

    def handler(url: str, method: str, timeout: Any, headers: list[tuple[str, str]], data: bytes) -> Any:
        del timeout
        return lambda: send(method, url, dict(headers), data)

    key = measured.labels
    pushadd_to_gateway(gateway, "syncer", _registry(measured), grouping_key=key, handler=handler)


def last_success(text: str, labels: Mapping[str, str]) -> float | None:
    """Return the time of the last success with these labels in ``text``, an earlier metrics file; None
    without one."""
    try:
        samples = [sample for family in _families_in(text) for sample in family.samples]
    except Exception:  # the parser fails on damaged text in many ways
        return None
    found = [s.value for s in samples if s.name == LAST_SUCCESS and s.labels == labels]
    return float(found[0]) if found else None


def _registry(measured: Measured) -> CollectorRegistry:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Families(measured))
    return registry


class _Families(Collector):
    """All metrics of a command."""

    def __init__(self, measured: Measured) -> None:
        self._measured = measured

    def collect(self) -> Iterator[Metric]:
        """Yield the families, in a fixed order."""
        measured = self._measured
        yield self._counter(
            "syncer_operations",
            "Rules by action and result.",
            {(action, status): number for (action, status), number in measured.operations.items()},
            "action",
            "status",
        )
        yield self._counter(
            "syncer_validations", "Validations by result.", _keyed(measured.validations), "result"
        )
        yield _histogram(measured.labels, measured.puts)
        yield self._counter(
            "syncer_calls",
            "Requests to the API by method and route.",
            _routes(measured.calls),
            "method",
            "route",
        )
        yield self._counter(
            "syncer_rate_limited",
            "Responses with status 429, too many requests.",
            {(): measured.calls.get("429", 0)},
        )
        yield from self._states()

    def _states(self) -> Iterator[Metric]:
        measured = self._measured
        if measured.drifted_queues is not None:
            yield self._gauge("syncer_drifted_queues", "Queues that drifted.", {(): measured.drifted_queues})
        if measured.pending_queues is not None:
            yield self._gauge(
                "syncer_pending_queues",
                "Queues with a policy change that is not applied yet.",
                {(): measured.pending_queues},
            )
        if measured.drifted_rules is not None:
            yield self._gauge(
                "syncer_drifted_rules",
                "Rules that drifted, by state of the drift.",
                _keyed(measured.drifted_rules),
                "standing",
            )
        if measured.plan_changes is not None:
            yield self._gauge(
                "syncer_plan_changes", "Rules that the plan changes.", _keyed(measured.plan_changes), "action"
            )
        if measured.last_success is not None:
            yield self._gauge(
                LAST_SUCCESS, "Time when this command last succeeded.", {(): measured.last_success}
            )
        yield self._gauge(
            "syncer_run_duration_seconds", "Duration of this command in seconds.", {(): measured.duration}
        )
        yield self._gauge("syncer_build_info", "The version of syncer.", {(measured.version,): 1}, "version")

    def _counter(
        self, name: str, help_: str, values: Mapping[tuple[str, ...], float], *labels: str
    ) -> CounterMetricFamily:
        own = self._measured.labels
        family = CounterMetricFamily(name, help_, labels=[*own, *labels])
        for key, value in sorted(values.items()):
            family.add_metric([*own.values(), *key], value)
        return family

    def _gauge(
        self, name: str, help_: str, values: Mapping[tuple[str, ...], float], *labels: str
    ) -> GaugeMetricFamily:
        unit = "seconds" if name.endswith("_seconds") else ""
        own = self._measured.labels
        family = GaugeMetricFamily(name, help_, labels=[*own, *labels], unit=unit)
        for key, value in sorted(values.items()):
            family.add_metric([*own.values(), *key], value)
        return family


def _histogram(labels: Mapping[str, str], seconds: tuple[float, ...]) -> HistogramMetricFamily:
    family = HistogramMetricFamily(
        "syncer_put_duration_seconds",
        "Duration of the PUTs that were answered.",
        labels=[*labels],
        unit="seconds",
    )
    buckets = [(str(bound), sum(each <= bound for each in seconds)) for bound in BUCKETS]
    family.add_metric([*labels.values()], [*buckets, ("+Inf", len(seconds))], sum(seconds))
    return family


def _keyed(counts: Mapping[str, int]) -> dict[tuple[str, ...], int]:
    return {(name,): number for name, number in counts.items()}


def _routes(calls: Mapping[str, int]) -> dict[tuple[str, ...], int]:
    """Count ``GET /route`` by method and route; other counts are left out."""
    return {
        (method, route): number
        for what, number in calls.items()
        for method, gap, route in [what.partition(" ")]
        if gap
    }
