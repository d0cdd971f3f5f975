"""What is going on, as text: one screen, the worst on top."""

import shlex
from collections.abc import Iterator

from syncer.applying.underway import CUT_OFF, LOST, ActiveRun, LeftRun
from syncer.audit.exceptions import STOP, Exemption
from syncer.model.held import listed
from syncer.planning.recent import RecentRun
from syncer.report.sights import Situation
from syncer.report.text.drift import loop_lines
from syncer.report.text.paint import Paint, counted

NOT_SEEN = "not seen from here: runs with another state folder than"


def situation_lines(view: Situation, paint: Paint) -> Iterator[str]:
    """Loops, what is held, freezes, runs that are not over, the last that changed something, the unknown."""
    yield from _loops(view, paint)
    for each in view.exceptions:
        yield f"{paint('held:', 'yellow', bold=True)} {paint(exception_in_words(each, view))}"
    for freeze in view.freezes:
        word, color = ("frozen:", "yellow") if freeze.now else ("freeze ahead:", "")
        yield f"{paint(word, color, bold=freeze.now)} {paint(freeze.words)}"
    if view.active:
        color = "red" if view.active.looks_hung else "cyan"
        yield f"{paint('running:', color, bold=True)} {paint(active_in_words(view.active))}"
    for left in view.left:
        yield f"{paint(f'{left.how}:', 'red', bold=True)} {paint(left_in_words(left))}"
    if not (view.active or view.left):
        yield "no run is under way, and none was cut off"
    yield from _recent(view, paint)
    for words in view.unknown:
        yield f"{paint('not known:', 'yellow')} {paint(words)}"
    yield paint(f"{NOT_SEEN} {view.state}", dim=True)


def _loops(view: Situation, paint: Paint) -> list[str]:
    if view.loops is None:
        return []
    if view.loops or view.flow_loops:
        by_flows = paint("live loop by a flow:", "red", bold=True)
        return [
            *loop_lines(view.loops, paint),
            *(f"{by_flows} {paint(words)}; no stop breaks it" for words in view.flow_loops),
        ]
    none = paint("no live loop", "green", bold=True)
    return [f"{none}: {counted(view.queues, 'queue')} of {paint(view.where)}"]


def _recent(view: Situation, paint: Paint) -> Iterator[str]:
    if not view.recent:
        return
    yield ""
    many = len(view.recent) > 1
    yield f"the last {counted(len(view.recent), 'run') if many else 'run'} that changed something:"
    for run in view.recent:
        yield f"  {paint(run.at)}  {paint(recent_in_words(run), bold=True)}"
        yield f"      {paint(undo_in_words(run, paint.program.call), dim=not run.undo)}"


def active_in_words(run: ActiveRun) -> str:
    """``apply … by ada on ci (pid 47) since …: 15 of 50 queues done, last write 9 min ago: looks hung``."""
    pid = f" (pid {run.pid})" if run.pid else ""
    who = f"{run.verb or 'run'} {run.run} by {run.user or 'somebody'} on {run.host or 'a host'}{pid}"
    who += f" since {run.since}"
    if not run.last_write:
        return f"{who}: nothing is sent yet; it reads the queues, checks them, or waits for an answer"
    ends = f"; kill {run.pid} there ends it after the PUT in flight" if run.pid else ""
    hung = f": looks hung{ends}" if run.looks_hung else ""
    return f"{who}: {run.done:,} of {counted(run.total, 'queue')} done, last write {ago(run.idle)}{hung}"


def left_in_words(run: LeftRun) -> str:
    """Who ran it, how far it is known to be, and what closes it."""
    who = f"{run.verb or 'run'} {run.run}" + (f" by {run.user}" if run.user else "")
    who += f" on {run.host}" if run.host else ""
    if run.how == LOST:
        return f"{who} meant to write {counted(run.total, 'queue')}, and the result is not known"
    how = "was cut off" if run.how == CUT_OFF else "finished without knowing the state of a queue"
    known = f", {run.done:,} of {counted(run.total, 'queue')} settled" if run.total else ""
    return f"{who} {how}{known}; the next apply or rollback reads the queues and closes it"


def exception_in_words(each: Exemption, view: Situation) -> str:
    """``stop 2026…: nothing overflows into Tier 2, until …, by ada: reason``."""
    if each.kind == STOP:
        sources = f" from {counted(len(each.sources), 'queue')}" if each.sources else ""
        what = f"nothing overflows into {each.target_name or each.target}{sources}"
        what = what if each.target else "rules that closed loops stay off"
        if again := view.open.get(each.id):
            what = f"not kept: {what}, but {listed(again)} {'do' if len(again) > 1 else 'does'} all the same"
    else:
        stays = "stays" if len(each.queues) == 1 else "stay"
        what = f"{counted(len(each.queues), 'queue')} {stays} as rolled back"
    until = f"until {each.until}" if each.until else "until it is lifted"
    expired = " (expired, still in force)" if each.id in view.expired else ""
    why = ": " + ", ".join(filter(None, (each.reason, each.ticket))) if each.reason or each.ticket else ""
    return f"{each.kind} {each.id}: {what}, {until}{expired}, by {each.user or 'somebody'}{why}"


def recent_in_words(run: RecentRun) -> str:
    """``apply 2026… done, by ada, OPS-1: 3 rules of Front, Back and 2 more``."""
    undoes = f", undoes {run.undoes}" if run.undoes else ""
    by = f", by {run.user}" if run.user else ""
    ticket = f", {run.ticket}" if run.ticket else ""
    names = ", ".join(run.queues[:_MOST_NAMES])
    more = len(run.queues) - _MOST_NAMES
    rest = f" and {more:,} more" if more > 0 else ""
    status = run.status or "not closed"
    return f"{run.verb} {run.run} {status}{undoes}{by}{ticket}: {counted(run.rules, 'rule')} of {names}{rest}"


_MOST_NAMES = 3


def undo_in_words(run: RecentRun, call: str) -> str:
    """The command that undoes it, or why there is none."""
    if run.problem:
        return f"how it is undone is not known: {run.problem}"
    if not run.undo:
        return f"undone by {run.undone_by}" if run.undone_by else "nothing is left of it to undo"
    part = f" (the rest: {run.undone_by} undid a part)" if run.undone_by else ""
    if run.verb == "rollback":
        return f"to do again what it undid: {call} {shlex.join(run.undo)}{part}"
    return f"undo: {call} {shlex.join(run.undo)}{part}"


def ago(seconds: float) -> str:
    """``40 s ago``, ``9 min ago``, ``3 h ago``."""
    if seconds < 100:
        return f"{seconds:.0f} s ago"
    return f"{seconds / 60:.0f} min ago" if seconds < 7200 else f"{seconds / 3600:.0f} h ago"
