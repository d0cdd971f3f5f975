"""Graph: the overflow network as a picture, of the policies, of the live queues with them, or of a saved
plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncer.app.options import GraphOptions
from syncer.app.places import STATE, LiveTarget, PolicySource
from syncer.app.session import Session, begun
from syncer.errors import PoliciesInvalid, WrongUsage
from syncer.report.sights import Graphed
from syncer.report.views import ReportOf

if TYPE_CHECKING:
    from pathlib import Path

    from syncer.planning.disk import OnDisk
    from syncer.report.picture.model import Picture

MANY = 150
"""More queues than one picture can show readably."""


def graph(
    source: PolicySource,
    target: LiveTarget,
    options: GraphOptions = GraphOptions(),
    state_dir: Path = STATE,
    *,
    session: Session | None = None,
) -> ReportOf[Graphed]:
    """Return the network as a picture: of the policies alone, with ``options.live`` of the policies applied
    to the live queues, with ``options.plan`` of a saved plan, before and after.

    The view is None if a policy file can't be read (the findings give the reason; the exit code is 3). Raises
    WrongUsage if no queue matches, or for a plan together with ``live``, BadPlan and Refused for a
    plan, ConfigError, AuthError, LiveError.
    """
    session = begun(session)
    return session.ended(_graph(source, target, options, state_dir, session))


def _graph(
    source: PolicySource, target: LiveTarget, options: GraphOptions, state_dir: Path, session: Session
) -> ReportOf[Graphed]:
    from syncer.planning.disk import read_disk
    from syncer.report.picture.near import focused

    if options.plan is not None:
        if options.live:
            raise WrongUsage("--plan and --live don't go together", hint="A plan contains the live queues.")
        whole, of = _of_plan(options.plan, session), "plan"
    else:
        disk = read_disk(source.folder, source.paths, source.environment)
        if not disk.readable:
            return ReportOf("graph", PoliciesInvalid.exit_code, None, disk.findings, disk.sources)
        whole = _of_live(disk, target, state_dir, session) if options.live else _of_policies(disk)
        of = "live" if options.live else "policies"
    picture = focused(whole, options.focus, options.depth) if options.focus else whole
    if len(picture.boxes) > MANY:
        session.warnings.append(
            f"{len(picture.boxes):,} queues are too many for one readable picture: --focus QUEUE draws "
            "those around one"
        )
    return ReportOf("graph", view=Graphed(picture, of))


def _of_plan(path: Path, session: Session) -> Picture:
    from syncer.planning.saved_plan import load_plan
    from syncer.report.picture.of_plan import picture_of_plan

    return picture_of_plan(load_plan(path, session.environ.get("SYNCER_PLAN_KEY", "")))


def _of_policies(disk: OnDisk) -> Picture:
    """The policies alone: targets that none describes are unmanaged queues without data."""
    from syncer.checks import check_network, weigh
    from syncer.report.picture.of_network import picture_of_network
    from syncer.resolving.resolve import resolve_offline

    network, _ = resolve_offline(disk.policies)
    return picture_of_network(network, weigh(check_network(network), disk.settings), disk.settings.interval)


def _of_live(disk: OnDisk, target: LiveTarget, state_dir: Path, session: Session) -> Picture:
    """The policies applied to the live queues: the network as an apply leaves it."""
    from syncer.app.connection import client_for, listed_live
    from syncer.app.flows import reading_flows
    from syncer.checks import check_network, weigh
    from syncer.planning.build import resolved_of
    from syncer.planning.gather import inputs_of
    from syncer.report.picture.of_network import picture_of_network

    with client_for(target, disk.settings, session) as client:
        flows = reading_flows(client, disk.settings, state_dir)
        live, _ = listed_live(disk, client, target, with_groups=False, flows=flows)
    network = resolved_of(inputs_of(disk, live)).network
    return picture_of_network(network, weigh(check_network(network), disk.settings), disk.settings.interval)
