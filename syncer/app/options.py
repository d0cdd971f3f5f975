"""The options of use cases: frozen values, with the defaults of the command line."""

from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from syncer.app.places import MAX_PARALLEL, STATE, OnCutOff, OnFailure, refuse_other
from syncer.errors import WrongUsage

MOST_WEEKS = 52
"""Measure at most this many weeks."""

MAX_WATCH = 60
"""Watch queues for at most this many minutes after a run."""

MOST_LOAD = 1_000
MOST_CAPACITY = 1_000_000_000_000
MOST_WITHIN = 1_000_000
"""Bounds of a simulation: a factor, contacts per interval, seconds."""


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """``out`` is the file to save the plan in, ``unmanaged`` lists the queues that no policy describes.

    ``queues`` are globs of names or ids: the plan covers only these, and all others stay as they are live.
    With ``detailed_exitcode`` the exit code is 2 if there are changes. ``state_dir`` is checked for runs that
    did not finish. ``record`` is the store of what was last applied (``gitlab``, a path, a URL; empty: only
    the state folder). ``base`` is a Git revision, or a folder, with the policies before the change:
    capacities and loads are compared with theirs. With ``merge_target``, the plan in a merge request pipeline
    is that of the merged result.
    """

    out: Path | None = None
    base: str = ""
    merge_target: bool = False
    queues: tuple[str, ...] = ()
    unmanaged: bool = False
    detailed_exitcode: bool = False
    state_dir: Path = STATE
    record: str = ""


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How apply and rollback run.

    ``parallel`` is the number of PUTs at a time, and of connections for them, 1 to 64. ``lock_timeout`` is in
    seconds; so is ``deadline``, counted from the start: after it nothing more is started (None: no deadline).
    ``max_age`` of a saved plan is in minutes (None: any age). With ``auto_approve`` the session is not asked.
    ``audit_head`` is the file that the audit head is written to, ``anchors`` is where it is anchored after
    the run (``rfc3161:URL``, ``git-tag``, ``git-tag:REMOTE``). ``queues`` and ``record`` are as in
    PlanOptions; for a rollback, ``queues`` are those that are undone. ``watch`` is for how many minutes after
    the run to watch queues that get more contacts, 1 to 60 (None: not at all). With ``require_explained``, a
    change that overwrites a manual edit is refused, unless the policies changed the rule too. ``on_failure``,
    ``max_age``, ``watch``, ``allow_older`` and ``require_explained`` are for apply alone. ``new_chain`` is
    the reason to start a new chain of the audit if the present one is broken or forked. Each ``allow_...``
    lifts a limit, and is recorded in the audit, as are ``ticket`` and ``reason``. Raises WrongUsage for a
    value that is not allowed.
    """

    state_dir: Path = STATE
    auto_approve: bool = False
    parallel: int = 4
    lock_timeout: float = 0.0
    deadline: float | None = None
    require_etag: bool = False
    max_age: float | None = None
    on_cut_off: OnCutOff = "continue"
    on_failure: OnFailure = "continue"
    watch: int | None = None
    audit_head: Path | None = None
    anchors: tuple[str, ...] = ()
    queues: tuple[str, ...] = ()
    allow_mass_change: bool = False
    allow_protected: bool = False
    allow_frozen: bool = False
    allow_delete: bool = False
    allow_older: bool = False
    ticket: str = ""
    reason: str = ""
    record: str = ""
    require_explained: bool = False
    new_chain: str = ""

    def __post_init__(self) -> None:
        refuse_other("on_cut_off", self.on_cut_off, get_args(OnCutOff))
        refuse_other("on_failure", self.on_failure, get_args(OnFailure))
        if not 1 <= self.parallel <= MAX_PARALLEL:
            raise WrongUsage(f"parallel is {self.parallel}", hint=f"It must be 1 to {MAX_PARALLEL}.")
        if self.watch is not None and not 1 <= self.watch <= MAX_WATCH:
            raise WrongUsage(f"watch is {self.watch}", hint=f"It must be 1 to {MAX_WATCH} minutes.")

    @property
    def overrides(self) -> tuple[str, ...]:
        """The limits that are lifted, as the audit records them."""
        allowed = {
            "--allow-mass-change": self.allow_mass_change,
            "--allow-protected": self.allow_protected,
            "--allow-frozen": self.allow_frozen,
            "--allow-delete": self.allow_delete,
            "--allow-older": self.allow_older,
        }
        return tuple(name for name, allows in allowed.items() if allows)


@dataclass(frozen=True, slots=True)
class RollbackOptions:
    """What to undo of a run, and what must not refuse it.

    With ``skip_conflicts``, a queue that was changed since is left as it is. ``ignore_checks`` is the reason
    to lift all limits of the settings and to ignore another owner's mark; it is recorded in the audit.
    ``heads`` were kept elsewhere: a run that they vouch for can be undone even if older entries of the trail
    are broken. ``plan_file`` is a saved plan that is undone from its own images if the trail is lost.
    ``lift`` is a rollback whose hold is lifted; nothing is undone then.
    """

    skip_conflicts: bool = False
    ignore_checks: str = ""
    heads: tuple[str, ...] = ()
    plan_file: Path | None = None
    lift: str = ""


@dataclass(frozen=True, slots=True)
class StopOptions:
    """The options of a stop.

    ``sources`` are names or ids of queues, empty: all. It lasts ``seconds``, None: until it is lifted.
    ``reason`` and ``ticket`` are recorded in the audit. With ``undo`` no state folder is used: entries and
    images go to this file. A lift with ``no_restore`` only ends the hold: the queues stay as they are.
    """

    sources: tuple[str, ...] = ()
    seconds: float | None = None
    reason: str = ""
    ticket: str = ""
    undo: Path | None = None
    no_restore: bool = False


@dataclass(frozen=True, slots=True)
class DriftOptions:
    """What to do with drift, besides finding it.

    It is remembered in ``state_dir``; ``alert_after`` counts detections in a row, None: as in the settings.
    ``open_mr`` writes it into the policies, on a branch with a merge request that gets ``mr_labels``
    (separated by commas). With ``detailed_exitcode`` the exit code is 2 if something drifted. ``unmanaged``,
    ``queues`` and ``record`` are as in PlanOptions.
    """

    state_dir: Path = STATE
    queues: tuple[str, ...] = ()
    alert_after: int | None = None
    unmanaged: bool = False
    detailed_exitcode: bool = False
    open_mr: bool = False
    mr_labels: str = ""
    record: str = ""


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """Which queues to export, and the ``folder`` to write them to.

    ``only`` and ``exclude`` are globs of names. ``split`` writes one file per division. In existing files,
    ``overwrite`` replaces everything and ``update`` the rules. ``state_dir`` has the stops in force. Raises
    WrongUsage for both.
    """

    folder: Path
    split: bool = False
    only: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    overwrite: bool = False
    update: bool = False
    environment: str = ""
    state_dir: Path = STATE

    def __post_init__(self) -> None:
        if self.overwrite and self.update:
            raise WrongUsage("--overwrite and --update don't go together", hint="Choose one of them.")


@dataclass(frozen=True, slots=True)
class GraphOptions:
    """What to draw: the policies; with ``live`` the live queues too; or a saved ``plan``, before and after.

    ``focus`` are names, ids or globs of queues: only these are drawn, and queues at most ``depth`` rules
    away. Raises WrongUsage for a negative depth.
    """

    live: bool = False
    plan: Path | None = None
    focus: tuple[str, ...] = ()
    depth: int = 2

    def __post_init__(self) -> None:
        if self.depth < 0:
            raise WrongUsage(f"depth is {self.depth}", hint="It must be 0 or more.")


@dataclass(frozen=True, slots=True)
class MeasureOptions:
    """What to measure, and what to do with the figures.

    Figures are those of the intervals of the last ``weeks`` whose total is at or above the percentile
    ``busy``. With ``check`` nothing is written; with ``write_capacity`` capacities are values, else comments.
    With ``agents`` the time that contacts take is measured too. With ``detailed_exitcode`` the exit code is 2
    if a figure differs from the policies. ``state_dir`` has flows that were read before. Raises WrongUsage
    for a value that is not allowed.
    """

    weeks: int = 4
    busy: float = 95.0
    check: bool = False
    write_capacity: bool = False
    agents: bool = False
    detailed_exitcode: bool = False
    state_dir: Path = STATE

    def __post_init__(self) -> None:
        if not 1 <= self.weeks <= MOST_WEEKS:
            raise WrongUsage(f"weeks is {self.weeks}", hint=f"It must be 1 to {MOST_WEEKS}.")
        if not 0 <= self.busy <= 100:
            raise WrongUsage(f"busy is {self.busy:g}", hint="It must be a percentile, 0 to 100.")


@dataclass(frozen=True, slots=True)
class SimulateOptions:
    """The assumptions, and the network to simulate.

    ``load`` is the factor on all base loads (None: that of the scenario, else 1), ``loads`` are those of
    queues by name, id or glob; ``outage`` are queues that handle nothing, ``capacities`` those of others, in
    contacts per interval. ``scenario`` is one of the settings, which the other options override. With
    ``until_full`` loads grow until the first queue is full. ``plan`` is a saved plan that is compared before
    and after; ``live`` includes the queues that no policy describes, with flows from ``state_dir``.
    ``answer_within`` is in seconds. Raises WrongUsage for a value that is not allowed.
    """

    load: float | None = None
    loads: tuple[tuple[str, float], ...] = ()
    outage: tuple[str, ...] = ()
    capacities: tuple[tuple[str, float], ...] = ()
    scenario: str = ""
    until_full: bool = False
    plan: Path | None = None
    live: bool = False
    answer_within: float = 20.0
    state_dir: Path = STATE

    def __post_init__(self) -> None:
        factors = [*([] if self.load is None else [self.load]), *(load for _, load in self.loads)]
        if not all(0 <= factor <= MOST_LOAD for factor in factors):
            raise WrongUsage("a load is out of range", hint=f"It must be a factor, 0 to {MOST_LOAD}.")
        if not all(0 < capacity <= MOST_CAPACITY for _, capacity in self.capacities):
            raise WrongUsage(
                "a capacity is out of range",
                hint=f"It must be more than 0, and at most {MOST_CAPACITY:,}; for none, use outage.",
            )
        if not 0 <= self.answer_within <= MOST_WITHIN:
            raise WrongUsage(
                "answer_within is out of range", hint=f"It must be 0 to {MOST_WITHIN:,} seconds."
            )
        if self.plan and self.live:
            raise WrongUsage("--plan and --live don't go together", hint="A plan contains the live rules.")


@dataclass(frozen=True, slots=True)
class ShowOptions:
    """What to show: of an audit trail the ``run`` with this id (empty: the last one), and the ``queues`` that
    match one of these globs of names or ids (empty: all).

    ``state_dir`` is where a run is looked up by its id alone.
    """

    run: str = ""
    queues: tuple[str, ...] = ()
    state_dir: Path = STATE


@dataclass(frozen=True, slots=True)
class AuditOptions:
    """The part of an audit trail to select: an empty option selects everything.

    ``since`` and ``until`` are RFC 3339, a date for its midnight in UTC, or ``7d``, ``24h`` back from now;
    the time of ``until`` itself is not in the period. The others are globs, of which one must match:
    ``organizations`` and ``queues`` by id or name. ``sample`` changes are drawn with ``seed``, which is
    chosen if it is None. Raises WrongUsage for a seed without a sample, and for a number that is too small.
    """

    since: str = ""
    until: str = ""
    environments: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()
    queues: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()
    sample: int | None = None
    seed: int | None = None

    def __post_init__(self) -> None:
        if self.seed is not None and self.sample is None:
            raise WrongUsage("there is a seed, but no sample", hint="Set how many changes: --sample 25.")
        if (self.sample is not None and self.sample < 1) or (self.seed is not None and self.seed < 0):
            raise WrongUsage("a sample has at least 1 change, and a seed is not negative")


@dataclass(frozen=True, slots=True)
class ReconcileOptions:
    """The period of the trail that is compared with the organization's audit.

    ``since`` and ``until`` are as in AuditOptions; without ``until`` it ends now. With ``detailed_exitcode``
    the exit code is 2 if nothing is wrong, but others edited something.
    """

    since: str
    until: str = ""
    detailed_exitcode: bool = False


@dataclass(frozen=True, slots=True)
class CommentOptions:
    """The note to write, and where.

    ``api_url`` is GitLab's, ``project`` an id or a path, ``merge_request`` a number; if that is empty, it is
    the merge request that brought ``commit`` to ``branch``. ``policy_set`` is used if no plan names its own,
    and ``folder`` is its folder in the repository, if known: a merge request that changed nothing in there
    gets no note about an apply. ``report`` is the JSON report of the plan, for the reasons why there is no
    plan. ``audit_head`` is the file with the audit head of an apply, and ``page`` the HTML report that the
    job keeps, which is linked if it exists; ``state_dir`` and ``record`` show what was last applied if the
    apply left no report. With ``dry_run`` GitLab is not contacted.
    """

    environment: str = ""
    policy_set: str = ""
    folder: str = ""
    api_url: str = ""
    project: str = ""
    merge_request: str = ""
    commit: str = ""
    branch: str = ""
    job_url: str = ""
    pipeline_url: str = ""
    audit_head: Path | None = None
    page: Path | None = None
    report: Path | None = None
    state_dir: Path = STATE
    record: str = ""
    dry_run: bool = False
