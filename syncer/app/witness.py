"""Checks in the organization's own audit what the writes of runs without etags may have overwritten."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from syncer.applying.witness import Lost, Verdict, Witness
from syncer.applying.witness_file import Pending, WitnessFile
from syncer.audit.identity import Identity, identity
from syncer.errors import Forbidden, LiveError, NotFound
from syncer.live.audited_values import is_of_rules
from syncer.live.audits import AuditCalls
from syncer.live.own_client import own_client
from syncer.live.rights import AUDITS
from syncer.model.finding import Finding, Severity
from syncer.model.json_values import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from syncer.app.session import AnyReport, Session
    from syncer.live.client import Client
    from syncer.model.audited import AuditedEdit
    from syncer.model.settings import ApiLocation, Settings
    from syncer.model.window import Overwritten, Window

_IN_PART: Final = 5
_CHANGES: Final = 2
FINDING: Final = "writes.overwritten"
_EARLIER: Final = "whether earlier writes without an etag overwrote an edit is not known yet"
_NOW: Final = "whether writes without an etag overwrote an edit"


@dataclass(frozen=True, slots=True)
class Restored:
    """Overwritten edits with the plans that restore their rules, and the names of all queues by id."""

    overwritten: tuple[Overwritten, ...]
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass
class WitnessOfRuns:
    """Checks the runs of one state folder at one place. A failure here never fails a run.

    ``earlier`` is what was found of earlier runs and not reported yet: the next result takes it.
    """

    witness: Witness
    file: WitnessFile
    place: ApiLocation
    restore: Callable[[Sequence[Overwritten]], Restored]
    warn: Callable[[str], None]
    earlier: Lost = field(default_factory=Lost)
    _settled: list[tuple[tuple[Pending, ...], tuple[Pending, ...]]] = field(default_factory=list)

    def add(self, windows: Iterable[Window]) -> None:
        """Add the windows of runs that were cut off: they are checked like others."""
        new = [Pending(window, self.place) for window in windows]
        if new:
            self.file.update(lambda known: _with(known, new))

    def assure(self, done: Collection[tuple[str, str]]) -> None:
        """Add what turned out to be done by runs that were cut off, as the ids of run and queue."""

        def sure(each: Pending) -> Pending:
            is_done = (each.window.run, each.window.queue) in done
            return replace(each, window=replace(each.window, sure=True)) if is_done else each

        if done:
            self.file.update(lambda known: map(sure, known))

    def settle(self) -> None:
        """Check the windows of earlier runs: those not known yet, and again those that are late."""
        before = self._known()
        if not before:
            return
        verdict = self.witness.later(before)
        self._say(verdict, _EARLIER)
        found = self._lost(verdict)
        self.earlier = Lost(
            (*self.earlier.overwritten, *found.overwritten), (*self.earlier.findings, *found.findings)
        )
        self._settled.append((before, verdict.pending))
        if not found.overwritten:
            self.keep()

    def take_earlier(self) -> Lost:
        """Return what was found of earlier runs, once."""
        found, self.earlier = self.earlier, Lost()
        return found

    def ask(self, windows: Sequence[Window]) -> Lost:
        """Return what the run that has just finished may have overwritten, and what was found of earlier
        ones."""
        earlier, own = self.take_earlier(), tuple(Pending(window, self.place) for window in windows)
        if not own:
            return earlier
        verdict = self.witness.after_run(own, self._known())
        if isinstance(verdict.error, Forbidden | NotFound):
            self._say(verdict, _NOW)
            return earlier
        self._settled.append((own, verdict.pending))
        self.file.update(lambda known: _with(known, own))
        self._say(verdict, f"{_NOW} is not known yet")
        found = self._lost(verdict)
        return Lost((*earlier.overwritten, *found.overwritten), (*earlier.findings, *found.findings))

    def keep(self) -> None:
        """Keep only what still has to be checked, once losses were reported. A run that stops before that
        leaves the report to the next one."""
        settled, self._settled = self._settled, []
        gone = [each for before, _ in settled for each in before]
        left = [each for _, after in settled for each in after]
        if settled:
            self.file.update(lambda known: _with(_without(known, gone), left))

    def _known(self) -> tuple[Pending, ...]:
        """The windows of earlier runs here."""
        return tuple(each for each in self.file.read() if each.place.is_as(self.place))

    def _lost(self, verdict: Verdict) -> Lost:
        if not verdict.overwritten:
            return Lost()
        restored = self.restore(verdict.overwritten)
        findings = tuple(finding_of(each, restored.names) for each in restored.overwritten)
        return Lost(restored.overwritten, findings)

    def _say(self, verdict: Verdict, words: str) -> None:
        error = verdict.error
        if isinstance(error, NotFound):
            self.warn(f"{_NOW} was not checked: this API serves no audit")
        elif isinstance(error, Forbidden):
            missing = f"it takes {AUDITS.permission}. {error.hint}"
            self.warn(f"{_NOW} was not checked: the organization's audit can't be read, {missing}")
        elif error is not None:
            self.warn(
                f"{words}: the organization's audit can't be read ({error.message}); the next run tries"
            )
        for words_of_one in verdict.abandoned:
            self.warn(words_of_one)
        if error is None and verdict.unknown:
            number = f"{verdict.unknown:,} " + ("write is" if verdict.unknown == 1 else "writes are")
            self.warn(f"{words}: {number} not in the organization's audit so far; the next run checks again")


def with_earlier(report: AnyReport, witness: WitnessOfRuns | None) -> AnyReport:
    """Return the report with what was found of earlier runs, if no result contains it: its exit code is 5 if
    nothing failed."""
    found = witness.take_earlier().findings if witness else ()
    if witness is None or not found:
        return report
    witness.keep()
    code = _IN_PART if report.exit_code in (0, _CHANGES) else report.exit_code
    return replace(report, findings=(*report.findings, *found), exit_code=code)


def _with(known: Iterable[Pending], more: Iterable[Pending]) -> list[Pending]:
    """Each window once."""
    return list({each.window.key: each for each in (*known, *more)}.values())


def _without(known: Iterable[Pending], gone: Iterable[Pending]) -> list[Pending]:
    keys = {each.window.key for each in gone}
    return [each for each in known if each.window.key not in keys]


def finding_of(lost: Overwritten, names: Mapping[str, str]) -> Finding:
    """The finding that an edit may be overwritten: both sides, and what to do."""
    edit = lost.edit
    now = "; ".join(f"{name} is {value or 'nothing'}" for name, value in _shown(lost, names))
    held = f"; live now: {now}" if now else ""
    by_hand = [each.property for each in edit.changes if not (lost.restore and is_of_rules(each))]
    tips = []
    if lost.restore:
        tips.append(f"to restore their rules: syncer rollback --plan {lost.restore}")
    if by_hand or not edit.changes:
        what = ", ".join(clean(each, longest=80) for each in by_hand) or "what they did"
        tips.append(f"a person must set again: {what}")
    return Finding(
        FINDING,
        Severity.ERROR,
        f"{lost.name}: run {lost.run} may have overwritten an edit: {edit.in_words(names)}{held}",
        tip="; ".join(tips),
        queue=lost.name,
    )


def _shown(lost: Overwritten, names: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    for name, value in list(lost.now.items())[:4]:
        yield clean(name, longest=80), clean(names.get(value, value), longest=80)


@dataclass(frozen=True)
class _NamedAudit:
    """The audit, with people and hosts named as in the settings."""

    calls: AuditCalls
    names: Identity

    def queue_edits(self, start: datetime, end: datetime, queues: Collection[str] = ()) -> list[AuditedEdit]:
        return [named_edit(edit, self.names) for edit in self.calls.queue_edits(start, end, queues)]


def named_edit(edit: AuditedEdit, names: Identity) -> AuditedEdit:
    """An edit with its person and addresses named as in the settings."""
    if not names.key:
        return edit
    addresses = tuple(map(names.host, edit.addresses))
    return replace(edit, user=names(edit.user), user_name="", addresses=addresses)


def witness_of(
    client: Client,
    settings: Settings,
    session: Session,
    state: Path,
    place: ApiLocation,
    restore: Callable[[Sequence[Overwritten]], Restored],
    left: Callable[[], float] = lambda: float("inf"),
) -> WitnessOfRuns | None:
    """Return the witness for the runs of a state folder; None if the settings turn it off.

    ``left`` returns the seconds until nothing more is started.
    """
    if not settings.audit.witness:
        return None
    timing = session.waits.timing

    def own() -> str:
        try:
            return own_client(client)
        except LiveError:
            return ""

    witness = Witness(
        _NamedAudit(AuditCalls(client.exchange), identity(settings.audit.identity, session.environ)),
        own,
        client.get_queue,
        lambda: session.now() - timedelta(milliseconds=client.clock_offset() or 0.0),
        timing,
        settings.retries.settle,
        settings.audit.witness_wait,
        lambda pause: pause <= left() and session.waits.ending() is None,
    )

    def warn(words: str) -> None:
        if words not in session.warnings:
            session.warnings.append(words)

    return WitnessOfRuns(witness, WitnessFile(state, warn), place, restore, warn)
