"""One call of a use case: its id, its time, its variables, and its callbacks."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from syncer.errors import Refused
from syncer.model.source import NO_SOURCE, Source
from syncer.net.counting import Counting, uncounted
from syncer.net.timing import LAST_CHECK, utc_now
from syncer.net.waits import Ending, Wait, Waits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import FrameType

    from syncer.applying.engine import Stop
    from syncer.audit.entries import Run
    from syncer.model.finding import Finding
    from syncer.model.plan import Outcome, Plan
    from syncer.report.views import Planned, Report, ReportOf


AnyReport = TypeVar("AnyReport", bound="Report")

_QUEUES = "/routing/queues"

_log = logging.getLogger(__name__)


def new_run_id(moment: datetime) -> str:
    """``20260301T083000Z-9f2c41``: sorts by time, and is unique."""
    return f"{moment:%Y%m%dT%H%M%SZ}-{os.urandom(3).hex()}"


def no_calls() -> Mapping[str, int]:
    """No requests."""
    return {}


def _nobody(_plan: ReportOf[Planned]) -> bool:
    raise Refused(
        "nobody can be asked for approval, so nothing was applied",
        hint="Give a Session with approve, RunOptions with auto_approve, or a saved plan.",
        reason="nobody-to-ask",
    )


def _log_message(text: str) -> None:
    _log.info("%s", text)


def _ignore(*_: object) -> None:
    pass


@dataclass
class Session:
    """The environment and the callbacks of a use case.

    ``environ`` are the variables that credentials, keys and tokens are read from. ``now`` is timezone-aware;
    ``clock`` counts seconds and never goes back. ``message`` gets messages that are good to know (by default
    they are logged), ``planned`` a plan that was made to be applied, and ``approve`` returns whether it may
    be applied; ``started`` gets a run and its plan, ``progress`` each outcome once it is in the audit;
    ``waiting`` gets each longer wait before it starts, ``watching`` each look at queues after a run,
    ``counting`` the progress of long work, ``interrupting`` is called for the first Ctrl-C while queues are
    written: at once, in the signal handler. All waits for the API are those of ``waits``. ``approval`` is how
    ``approve`` asks, for the audit: ``prompt`` or ``session``.

    After the call, ``run`` is its id, as in the audit; ``calls`` counts its requests by method and path;
    ``warnings`` and ``findings`` are those found besides the work; ``source`` is where the policies came
    from. A session may be used again: the next call has its own id, warnings and findings.
    """

    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    now: Callable[[], datetime] = utc_now
    clock: Callable[[], float] = time.monotonic
    message: Callable[[str], None] = _log_message
    planned: Callable[[ReportOf[Planned]], None] = _ignore
    approve: Callable[[ReportOf[Planned]], bool] = _nobody
    approval: str = "session"
    started: Callable[[Run, Plan], None] = _ignore
    progress: Callable[[Outcome], None] = _ignore
    waiting: Callable[[str], None] = _log_message
    watching: Callable[[str], None] = _log_message
    counting: Counting = uncounted
    interrupting: Callable[[], None] = _ignore
    calls: Callable[[], Mapping[str, int]] = no_calls
    warnings: list[str] = field(default_factory=list)
    source: Source = NO_SOURCE
    findings: list[Finding] = field(default_factory=list)
    waits: Waits = field(default_factory=Waits)
    _used: bool = field(default=False, init=False, repr=False)

    def __post_init__(self) -> None:
        self._began_at = self.clock()
        self._expected = 0
        self.waits.told = self._wait
        self.waits.timing = replace(self.waits.timing, counting=self.counting)
        self.next_run()

    def begin(self) -> None:
        """Start a use case: the first one has the id that this session was created with."""
        if self._used:
            self._began_at, self.calls, self._expected = self.clock(), no_calls, 0
            self.source = NO_SOURCE
            self.warnings.clear()
            self.findings.clear()
            self.next_run()
        self._used = True

    def next_run(self) -> str:
        """Return the id of a run that starts now; logs have it from here on."""
        self.run = new_run_id(self.now())
        return self.run

    def expect(self, calls: int) -> None:
        """Note that about this many API calls will be made in all."""
        self._expected = calls

    def _wait(self, wait: Wait) -> None:
        """Report a wait that starts now; may be called from several threads."""
        made = sum(count for call, count in self.calls().items() if _QUEUES in call)
        of = f" of about {self._expected:,}" if made < self._expected else ""
        call = f", call {made:,}{of}" if made else ""
        until = datetime.fromtimestamp(wait.until, UTC)
        span = f"{wait.seconds:.0f} s (until {until:%H:%M:%S} UTC)"
        is_last = wait.why == LAST_CHECK
        end = "Ctrl-C skips that check (exit code 5)" if is_last else "nothing is lost, Ctrl-C is safe"
        self.waiting(f"{wait.why} {span}{call}; {end}")

    @property
    def duration(self) -> float:
        """Seconds since the use case started."""
        return self.clock() - self._began_at

    def ended(self, report: AnyReport) -> AnyReport:
        """Return the report with the warnings and findings of this session, and where the policies came
        from."""
        warnings, findings = (*report.warnings, *self.warnings), (*report.findings, *self.findings)
        return replace(report, warnings=warnings, findings=findings, source=self.source)


@contextmanager
def ending_waits(waits: Waits, ending: Callable[[], Ending | None]) -> Iterator[None]:
    """Within the block, ``ending`` returns whether waits are to stop."""
    before = waits.ending
    waits.ending = ending
    try:
        yield
    finally:
        waits.ending = before


def begun(session: Session | None) -> Session:
    """The session of a use case that starts now: the given one, else a new one."""
    session = session or Session()
    session.begin()
    return session


@contextmanager
def interruptible(stop: Stop, heard: Callable[[], None] = _ignore) -> Iterator[None]:
    """Within the block, Ctrl-C and SIGTERM ask ``stop``: the PUT in flight is finished, and ``heard`` is
    called. A second one exits at once; the next run then finds in the journal how far this one got.

    Outside of the main thread nothing is changed: only that may handle signals.
    """
    from syncer.applying.engine import INTERRUPTED

    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ask(number: int, _frame: FrameType | None) -> None:
        if stop.reason:
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        stop.ask(INTERRUPTED)
        heard()

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
