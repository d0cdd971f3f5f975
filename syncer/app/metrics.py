"""Turns the report of a command into metrics, and writes them to a file or a gateway."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from syncer import __version__
from syncer.app.notify import transport_to, usable
from syncer.app.places import MetricsOptions, PolicySource
from syncer.app.session import Session
from syncer.applying.apply import Result
from syncer.drift.episodes import Stage
from syncer.drift.found import Drift, Drifting
from syncer.errors import BadAnswer, ConfigError, SyncerError
from syncer.files import write_whole
from syncer.model.change import Action
from syncer.model.finding import has_errors
from syncer.model.plan import Plan
from syncer.report.views import Applied, Drifted, Planned, Report, Validated

if TYPE_CHECKING:
    from syncer.notify.metrics import Measured  # the library may be missing

SUCCESS = (0, 2)
"""Exit codes of a command that succeeded; 2 means that there are differences."""


def refuse_without_library() -> None:
    """Raise ConfigError if the library for metrics is missing."""
    if not _has_library():
        raise ConfigError(
            "prometheus-client is not installed, so there are no metrics",
            hint="Install it with: pip install prometheus-client",
        )


def publish(options: MetricsOptions, report: Report, session: Session) -> Report:
    """Write and push the metrics of a command that has finished.

    A failure is a warning of the report; with a file it is also the exit code, if that of the command is 0.
    """
    if not options or not _has_library():
        return report
    found = measured(report, session.calls(), session.duration, session.now(), options.source)
    code, warnings = report.exit_code, list(report.warnings)
    if options.metrics:
        try:
            write_to(options.metrics, found)
        except SyncerError as error:
            warnings.append(f"no metrics were written: {error.message}")
            code = code or error.exit_code
    if options.push_gateway:
        try:
            push_to(options.push_gateway, found)
        except SyncerError as error:
            warnings.append(f"no metrics were pushed: {error.message}")
        except KeyboardInterrupt:  # it ends this wait, not the report of what was done
            warnings.append("no metrics were pushed: interrupted")
    return replace(report, exit_code=code, warnings=tuple(warnings))


def _has_library() -> bool:
    return find_spec("prometheus_client") is not None


def measured(
    report: Report, calls: Mapping[str, int], duration: float, now: datetime, source: PolicySource
) -> "Measured":
    """Return the metrics of a command; ``duration`` is in seconds, ``now`` the time when it finished. The
    environment of a plan overrides that of ``source``."""
    results = list(_results(report))
    outcomes = [outcome for result in results for outcome in result.outcomes]
    from syncer.notify.metrics import Measured

    return Measured(
        command=report.command,
        version=__version__,
        duration=duration,
        last_success=now.timestamp() if report.exit_code in SUCCESS else None,
        operations=Counter(
            (rule.action.value, outcome.status.value) for outcome in outcomes for rule in outcome.change.rules
        ),
        validations=_validations(report),
        puts=tuple(outcome.latency_ms / 1000 for outcome in outcomes if outcome.latency_ms),
        calls=calls,
        drifted_queues=_queues_of(report, lambda drift: drift.rules),
        pending_queues=_queues_of(report, lambda drift: drift.pending),
        drifted_rules=_standings(report),
        plan_changes=_plan_changes(report),
        environment=plan.environment if (plan := _plan(report)) else source.environment,
        policy_set=source.policy_set,
    )


def write_to(path: Path, found: "Measured") -> None:
    """Write the metrics completely or not at all. After a failure, the time of the last success stays in the
    file.

    Raises SyncerError if the file can't be written.
    """
    from syncer.notify.metrics import last_success, openmetrics

    if found.last_success is None:
        found = replace(found, last_success=last_success(_text(path), found.labels))
    write_whole(path, openmetrics(found))


def push_to(gateway: str, found: "Measured") -> None:
    """Push the metrics to a gateway. Raises SyncerError if it doesn't accept them."""
    gateway = usable(gateway.strip(), "the URL of the push gateway", plain_http=True)
    if "?" in gateway or "#" in gateway:
        # The path of the group would become part of it, and the gateway answer 200 all the same.
        raise ConfigError("the URL of the push gateway contains a query or a fragment")

    def send(method: str, url: str, headers: Mapping[str, str], content: bytes) -> None:
        with transport_to(url, "--push-gateway") as transport:
            status = transport.send(method, url, headers=headers, body=content).status
        if not 200 <= status < 300:
            raise BadAnswer(f"the gateway answered {status}")

    from syncer.notify.metrics import push

    push(found, gateway, send)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8") if path.is_file() else ""
    except (OSError, ValueError):
        return ""


def _results(report: Report) -> Iterator[Result]:
    if isinstance(report.view, Applied):
        yield from filter(None, (report.view.result, report.view.undone))


def _validations(report: Report) -> dict[str, int]:
    """Count one validation if policies or a plan were checked, as the files or the plan in the report
    show."""
    checked = bool(report.sources) or isinstance(report.view, Validated) or _plan(report) is not None
    passed = not has_errors(report.findings)
    return {"passed": int(checked and passed), "failed": int(checked and not passed)}


def _plan(report: Report) -> Plan | None:
    view = report.view
    return view.plan if isinstance(view, Planned | Applied) else None


def _plan_changes(report: Report) -> dict[str, int] | None:
    plan = _plan(report)
    return None if plan is None else {action.value: plan.count(action) for action in Action}


def _queues_of(report: Report, which: Callable[[Drift], Sequence[Drifting]]) -> int | None:
    """The number of queues of the rules; None if nothing could be compared."""
    drift = _drift(report)
    return len({rule.queue for rule in which(drift)}) if drift else None


def _standings(report: Report) -> dict[str, int] | None:
    """The number of new, known and alerted rules; None if that is not remembered."""
    drift = _drift(report)
    rules = drift.rules if drift else ()
    found = Counter(rule.episode.standing for rule in rules if rule.episode)
    known = drift is not None and found.total() == len(rules)
    return {standing.value: found[standing] for standing in Stage} if known else None


def _drift(report: Report) -> Drift | None:
    drift = report.view.drift if isinstance(report.view, Drifted) else None
    return drift if drift and drift.compared else None
