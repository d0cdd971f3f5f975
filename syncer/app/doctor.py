"""Doctor: whether everything that is needed is in place."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from syncer.app.places import STATE, LiveTarget, PolicySource
from syncer.app.session import Session, begun
from syncer.errors import SyncerError
from syncer.report.lookups import Examined
from syncer.report.views import ReportOf

if TYPE_CHECKING:
    from pathlib import Path

    from syncer.live.client import Client


def doctor(
    source: PolicySource, target: LiveTarget, state_dir: Path = STATE, *, session: Session | None = None
) -> ReportOf[Examined]:
    """Check Python, packages, policies, network, credentials, organization and state folder, without changes.

    The view is an ``Examined`` with one line per check. The exit code is 1 if one failed. Raises WrongUsage
    for an environment that the settings don't have.
    """
    from syncer.app.connection import client_for, dialect_of, endpoints_for
    from syncer.app.flows import reading_flows
    from syncer.doctor import State
    from syncer.doctor.examine import Subject, examine
    from syncer.doctor.network import PATIENCE
    from syncer.planning.disk import read_disk

    within = begun(session)
    disk = read_disk(source.folder, environment=source.environment)
    # A second try would hide what is wrong, and keep people waiting.
    once = replace(disk.settings, retries=replace(disk.settings.retries, attempts=1))

    def connect() -> Client:
        return client_for(target, once, within, limits=PATIENCE)

    subject = Subject(
        disk,
        state_dir,
        lambda: endpoints_for(target, disk.settings, within.environ),
        connect,
        dialect_of(target, disk.settings),
        flows=lambda client: reading_flows(client, disk.settings, state_dir),
    )
    lines = examine(subject)
    code = SyncerError.exit_code if any(line.state is State.FAILED for line in lines) else 0
    return within.ended(ReportOf("doctor", code, Examined(lines)))
