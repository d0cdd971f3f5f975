"""The views of commands that look something up, in the audit or the set-up, or write policies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    # Every command imports the views: what they hold is loaded by the commands that make it.
    from collections.abc import Iterable, Mapping

    from syncer.audit.anchors import Receipt
    from syncer.audit.cover import Cover
    from syncer.audit.deviations import Deviation
    from syncer.audit.exceptions import Exemption
    from syncer.audit.figures import Figures
    from syncer.audit.joined import Row
    from syncer.audit.sample import Sample
    from syncer.audit.verify import Verification
    from syncer.checks.explanations import Explanation
    from syncer.doctor import Line, State


@dataclass(frozen=True, slots=True)
class AuditShown:
    """Entries of the audit trail, which may be walked more than once: they needn't be in memory.

    ``only`` is as in ``Planned``; it narrows changes, never a run itself. ``sample`` says how the changes
    among them were drawn, None where all are meant; ``filtered`` that not the whole trail was asked for.
    """

    entries: Iterable[Mapping[str, Any]]
    only: tuple[str, ...] = ()
    sample: Sample | None = None
    filtered: bool = False


@dataclass(frozen=True, slots=True)
class AuditVerified:
    """The files of an audit trail were verified; ``kept_heads`` are those that it was compared with.

    ``open_run`` is the run whose changes are the newest and that no entry closes; ``receipts`` are those of
    anchors that lie beside the trail. ``recorded`` says how it stands to the head that a store keeps.
    """

    paths: tuple[str, ...]
    verification: Verification
    kept_heads: tuple[str, ...] = ()
    open_run: str = ""
    receipts: tuple[Receipt, ...] = ()
    recorded: str = ""


@dataclass(frozen=True, slots=True)
class AuditFigures:
    """What an auditor files of a trail: its figures, and the changes they come from.

    ``cover`` is what the first page says. ``runs`` are the entries of the runs that the changes belong to
    and of those that changed nothing; ``exceptions`` what was out of the ordinary. These and the
    changes may be walked more than once: they needn't be in memory.
    """

    figures: Figures
    changes: Iterable[Mapping[str, Any]]
    cover: Cover | None = None
    runs: Iterable[Mapping[str, Any]] = ()
    exceptions: Iterable[Deviation] = ()


@dataclass(frozen=True, slots=True)
class AuditExported:
    """Changes as flat rows, which may be walked more than once. ``sample`` is as in ``AuditShown``."""

    rows: Iterable[Row]
    sample: Sample | None = None


@dataclass(frozen=True, slots=True)
class Examined:
    """The set-up was looked at: a line a check."""

    lines: tuple[Line, ...]

    def count(self, state: State) -> int:
        """How many checks ended so."""
        return sum(line.state is state for line in self.lines)


@dataclass(frozen=True, slots=True)
class Explained:
    """What findings mean; ``listed`` says that a line each is enough."""

    explanations: tuple[Explanation, ...]
    listed: bool = False


@dataclass(frozen=True, slots=True)
class ExceptionsShown:
    """The exceptions in force, and ``now`` (RFC 3339): what is past it is expired."""

    exemptions: tuple[Exemption, ...]
    now: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A policy file that was written, and how many queues of live it has.

    Of one that was brought up to date, ``updated`` are the names of the queues whose rules changed, ``added``
    those that are new in it.
    """

    path: str
    queues: int
    updated: tuple[str, ...] = ()
    added: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Skipped:
    """A live queue whose rules stand in no file, and why."""

    id: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Exported:
    """The organization was written into policy files; the rules of ``skipped`` queues are in none.

    ``lacking`` queues still need a capacity (None: not known); ``update``: only rules that changed were
    written.
    """

    files: tuple[WrittenFile, ...]
    skipped: tuple[Skipped, ...] = ()
    lacking: int | None = None
    update: bool = False
