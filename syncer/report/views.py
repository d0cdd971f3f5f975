"""The views: one for each kind of result. A format turns any of them into text."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from syncer.model.quick_dataclass import quick_dataclass
from syncer.model.source import NO_SOURCE, Source
from syncer.program_name import NEUTRAL

if TYPE_CHECKING:
    # Every command imports the views: what they hold is loaded by the commands that make it.
    from collections.abc import Mapping, Sequence

    from syncer.applying.apply import Result
    from syncer.audit.applied_set import AppliedSet
    from syncer.audit.entries import Run
    from syncer.audit.exceptions import Exemption
    from syncer.drift.episodes import Gone
    from syncer.drift.found import Drift
    from syncer.errors import SyncerError
    from syncer.model.change import Unmanaged
    from syncer.model.finding import Finding, Position
    from syncer.model.held import Held
    from syncer.model.network import Headroom
    from syncer.model.observation import Watched
    from syncer.model.plan import Outcome, Plan
    from syncer.model.settings import Environment
    from syncer.planning.live_loops import LiveLoop
    from syncer.program_name import ProgramName
    from syncer.report.lookups import (
        AuditExported,
        AuditFigures,
        AuditShown,
        AuditVerified,
        Examined,
        ExceptionsShown,
        Explained,
        Exported,
    )
    from syncer.report.reconciled import Reconciled
    from syncer.report.sights import Sight


@quick_dataclass(frozen=True, slots=True)
class Validated:
    """The policies were read and checked without Genesys Cloud.

    ``undescribed`` are the targets that no policy describes: the headroom leaves out what they take in.
    ``environments`` are those of the settings in each of which the policies were checked; none: in one.
    """

    files: int
    queues: int
    rules: int
    headroom: Headroom
    undescribed: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()


@quick_dataclass(frozen=True, slots=True)
class Planned:
    """A plan was made; ``saved_to`` is empty where it was not saved.

    ``apply_options`` are the options that an apply of it needs besides the file.
    ``unmanaged`` are the queues that no policy describes, None where they weren't asked for. ``only`` are
    the globs of the queues that are shown, none: all; the verdict is that of the whole plan in any case.
    ``production``: a confirmation takes the name of the environment.
    """

    plan: Plan
    document: Mapping[str, Any]
    saved_to: str = ""
    unmanaged: tuple[Unmanaged, ...] | None = None
    apply_options: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    production: bool = False


@quick_dataclass(frozen=True, slots=True)
class CutOffRun:
    """A run that was cut off, and the results of its changes.

    One that ``ended`` did not know the state of a queue: then it is about such queues alone.
    """

    run: Run
    outcomes: tuple[Outcome, ...]
    ended: bool = False

    @property
    def words(self) -> str:
        """How it ended."""
        return "finished without knowing the state of a queue" if self.ended else "was cut off"


@quick_dataclass(frozen=True, slots=True)
class Applied:
    """A plan was applied, or there was nothing to do (``result`` is None).

    ``undone`` is the rollback that followed, where one was asked for and needed. ``counts`` are the numbers
    of rules that the plan creates, updates and deletes, ``change_digest`` is the digest of its changes, and
    ``hand_edits`` is what it overwrites, as output has it, where no more is known of it. ``only`` is as in
    ``Planned``. ``watched`` has the queues that it sends more to, after the run, if that was asked for.
    ``held`` are the exceptions that the plan held, where no more is known of it.
    """

    plan: Plan | None
    result: Result | None
    recovered: tuple[CutOffRun, ...] = ()
    message: str = ""
    undone: Result | None = None
    counts: Mapping[str, int] | None = None
    hand_edits: Sequence[Mapping[str, Any]] = ()
    only: tuple[str, ...] = ()
    watched: Watched | None = None
    change_digest: str = ""
    held: tuple[Held, ...] = ()

    @property
    def exceptions(self) -> tuple[Held, ...]:
        """The exceptions that its plan holds."""
        return self.plan.held if self.plan else self.held


@quick_dataclass(frozen=True, slots=True)
class Drifted:
    """The live queues were compared with the policies. ``places`` has positions by the name or id of a queue.

    ``resolved`` are drifts that were reported and are gone since the last check.
    ``unmanaged`` is as in ``Planned``; ``loops`` are the live loops, whatever the policies say.
    ``applied`` is what these policies were applied from last, None where no record says it; ``older`` says
    that these are of an older commit. ``apply_options`` and ``export_options`` are what an apply of them, or
    an export into them, needs on its command line.
    """

    drift: Drift
    places: Mapping[str, Position] = field(default_factory=dict)
    resolved: tuple[Gone, ...] = ()
    unmanaged: tuple[Unmanaged, ...] | None = None
    loops: tuple[LiveLoop, ...] = ()
    applied: AppliedSet | None = None
    older: bool = False
    apply_options: tuple[str, ...] = ()
    export_options: tuple[str, ...] = ("--output", "policies")


@quick_dataclass(frozen=True, slots=True)
class Summed:
    """The result of an environment: the ``command`` whose report is known, with its exit code and verdict,
    how many rules it changes, and how many errors and warnings it causes.

    Without a ``command`` there is no report: its job was cut off, or never ran.
    """

    environment: str
    command: str = ""
    exit_code: int = 0
    verdict: str = ""
    create: int = 0
    update: int = 0
    delete: int = 0
    errors: int = 0
    warnings: int = 0


@quick_dataclass(frozen=True, slots=True)
class Environments:
    """The environments that the settings know; with a ``summary`` of the result of each, the worst first."""

    environments: tuple[Environment, ...]
    summary: tuple[Summed, ...] | None = None


@quick_dataclass(frozen=True, slots=True)
class Stopped:
    """Overflow was stopped (``verb`` is ``stop``) or brought back (``lift``), by what ``exemption`` says.

    ``result`` is None where nothing was sent. ``disabled`` and ``removed`` count rules. ``left`` says in
    words what was not done: what still overflows, or doesn't come back; ``unread``: the queues could not be
    read again, so that it isn't known. ``beside`` is what no stop touches; ``flows`` of these still send
    there. ``undo`` is the file that has the entries, where there is no trail. ``also`` are others lifted with
    it.
    """

    verb: str
    exemption: Exemption
    result: Result | None = None
    disabled: int = 0
    removed: int = 0
    left: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    recovered: tuple[CutOffRun, ...] = ()
    undo: str = ""
    also: tuple[Exemption, ...] = ()
    unread: bool = False
    flows: int = 0


if TYPE_CHECKING:
    View = (
        Sight
        | Validated
        | Planned
        | Applied
        | Drifted
        | Exported
        | Environments
        | AuditShown
        | AuditVerified
        | AuditFigures
        | AuditExported
        | Reconciled
        | Examined
        | Explained
        | Stopped
        | ExceptionsShown
    )

View_co = TypeVar("View_co", bound="View", covariant=True)


@quick_dataclass(frozen=True, slots=True)
class Report:
    """Everything a command has to say. ``sources`` are the lines of each policy file, for the marker.

    ``view`` is None where an error came before there was a result. ``files`` are those that are written
    for people to read. ``warnings`` are about what went wrong beside the work: messages, metrics.
    ``program`` is the name that text calls commands by. ``source`` is where the policies come from.
    """

    command: str
    exit_code: int = 0
    view: View | None = None
    findings: tuple[Finding, ...] = ()
    sources: Mapping[str, Sequence[str]] = field(default_factory=dict)
    error: SyncerError | None = None
    verbose: bool = False
    quiet: bool = False
    files: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    program: ProgramName = NEUTRAL
    source: Source = NO_SOURCE


@quick_dataclass(frozen=True)
class ReportOf(Report, Generic[View_co]):
    """A report whose ``view``, where there is one, is of a known kind."""

    view: View_co | None = None
