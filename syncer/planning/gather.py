"""Gather what a plan is made of: policies and settings from disk, queues from live."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from syncer.live.wire import lock_kind, read_queue
from syncer.model.finding import Finding, has_errors, in_order
from syncer.model.policy import PolicyFile, PolicySet
from syncer.model.queue import LiveQueue
from syncer.model.settings import Settings
from syncer.planning.build import Inputs
from syncer.policy.load import load_policies, load_settings


@dataclass(frozen=True, slots=True)
class OnDisk:
    """What was read from disk. ``sources`` are the lines of each file by its path as findings show it."""

    policies: PolicySet
    settings: Settings
    files: tuple[PolicyFile, ...]
    findings: tuple[Finding, ...]
    sources: Mapping[str, Sequence[str]]

    @property
    def readable(self) -> bool:
        """Whether every file could be read as what it should be: only then is it known what is wanted."""
        return not has_errors(self.findings)


class Listing(Protocol):
    """The call that a plan needs; the client of the live API has it."""

    def list_queues(self) -> list[dict[str, Any]]:
        """The JSON of all queues."""


def read_disk(paths: Sequence[Path], folder: Path) -> OnDisk:
    """Read the policies in and below ``paths``, and the settings in ``folder``; bad content is a finding."""
    settings = load_settings(folder)
    loaded = load_policies(paths)
    return OnDisk(
        policies=loaded.policies,
        settings=settings.settings,
        files=(*loaded.policies.files, *settings.files),
        findings=in_order((*settings.findings, *loaded.findings)),
        sources={**settings.sources, **loaded.sources},
    )


def read_live(api: Listing) -> tuple[tuple[LiveQueue, ...], str]:
    """All live queues by name and id, whatever order they came in, and the lock that they offer: ``etag``
    where every queue has one, else ``compare``."""
    raws = api.list_queues()
    locks = {lock_kind(raw) for raw in raws}
    queues = sorted((read_queue(raw) for raw in raws), key=lambda queue: (queue.name, queue.id))
    return tuple(queues), "compare" if "compare" in locks else "etag"


def inputs_of(disk: OnDisk, live: tuple[LiveQueue, ...], lock: str, api: str) -> Inputs:
    """Put both sides together."""
    return Inputs(
        policies=disk.policies,
        live=live,
        api=api,
        lock=lock,
        settings=disk.settings,
        files=disk.files,
        findings=disk.findings,
    )
