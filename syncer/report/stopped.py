"""What a stop did, and which exceptions are in force: in words for every format, and as JSON."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from syncer.audit.exceptions import Exemption, placed_document
from syncer.model.change import Action
from syncer.model.held import Held
from syncer.net.timing import from_rfc3339
from syncer.planning.exceptions import held_of
from syncer.report.lookups import ExceptionsShown
from syncer.report.views import Stopped

Name = Callable[[str], str]
"""How a format writes a name."""

_EVER = datetime(1970, 1, 1, tzinfo=UTC)


def headline(view: Stopped, name: Name = str) -> str:
    """One sentence: what is true of live now, what was done, and until when."""
    made = view.exemption
    if view.verb == "lift":
        return _lifted(view, name)
    if not (made.target or made.edges):
        return f"{_nothing(view, name)}: nothing was sent"
    until = until_in_words(made)
    if view.unread:
        return f"Not known whether {_still(made, name)}: {_done(view)}; {until}; see syncer status"
    if view.left and not _any_done(view):
        return f"{_capital(_still(made, name))}: nothing was changed, so no stop is in force"
    if view.left:
        return f"{_capital(_still(made, name))}: {_done(view)}; {until}"
    return f"{_nothing(view, name)}: {_done(view)}; {until}"


def _lifted(view: Stopped, name: Name) -> str:
    """What was lifted; where that failed it is still in force."""
    every = list(dict.fromkeys(held_of(each, _EVER).about(name) for each in (view.exemption, *view.also)))
    if view.result is not None and view.result.status != "done":
        which = f'"{name(view.exemption.target_name)}"' if view.exemption.target_name else view.exemption.id
        again = f"lift it again, or end the hold alone: syncer stop {which} --lift --no-restore"
        return f"Still in force: {', '.join(every)}; {again}"
    back = _count(view.disabled + view.removed, "rule")
    return f"Lifted: {', '.join(every)}; {f'{back} back' if view.result else 'nothing was sent'}"


def _still(made: Exemption, name: Name) -> str:
    if made.edges:
        return "rules that close loops are still in force"
    return f"contacts still overflow into {name(made.target_name)}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _any_done(view: Stopped) -> bool:
    return view.result is not None and any(outcome.done for outcome in view.result.outcomes)


def _nothing(view: Stopped, name: Name) -> str:
    made = view.exemption
    if not made.target:
        if not view.flows:
            return "Nothing overflows in a circle any more"
        left = (
            f"{_count(view.flows, 'loop')} of in-queue flows alone {'is' if view.flows == 1 else 'are'} left"
        )
        return f"No rule closes a loop any more, but {left}"
    some = " from the queues that were named" if made.sources else ""
    into = f"into {name(made.target_name)}{some}"
    if not view.flows:
        return f"Nothing overflows {into} any more"
    still = "still transfers" if view.flows == 1 else "still transfer"
    return (
        f"No rule and no backup queue overflows {into} any more, but {_count(view.flows, 'in-queue flow')}"
        f" {still} there"
    )


def _done(view: Stopped) -> str:
    off = [f"{_count(view.disabled, 'rule')} off"] if view.disabled else []
    removed = Counter(
        rule.rule.role.noun
        for outcome in (view.result.outcomes if view.result else ())
        for rule in outcome.change.rules
        if outcome.done and rule.action is Action.DELETE and rule.rule.role
    )
    off += [f"{_count(number, what or 'rule')} removed" for what, number in removed.items()]
    return ", ".join(off) or "nothing was sent"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def until_in_words(made: Exemption) -> str:
    """``until 05:12 UTC``, with the day where it is another than that of the stop."""
    if not made.until:
        return "until it is lifted"
    until = datetime.fromisoformat(made.until)
    day = "" if made.until[:10] == made.at[:10] else f"{until:%Y-%m-%d} "
    return f"until {day}{until:%H:%M} UTC"


def exception_in_words(made: Exemption, now: str, name: Name = str) -> str:
    """A whole exception on one line."""
    return f"{held_of(made, from_rfc3339(now)).in_words(name)} (run {name(made.id)})"


def stopped_document(view: Stopped) -> dict[str, Any]:
    """The result of a stop as JSON has it, but for that of its run."""
    return {
        "headline": headline(view),
        "exception": placed_document(view.exemption),
        "disabled": view.disabled,
        "removed": view.removed,
        "left": list(view.left),
        "beside": list(view.beside),
        "undo": view.undo,
    }


def held_document(exceptions: Sequence[Held]) -> dict[str, Any]:
    """The exceptions that are held, under the key that they have in JSON; nothing where there is none."""
    return {"held": [each.as_json() for each in exceptions]} if exceptions else {}


def exceptions_document(view: ExceptionsShown) -> dict[str, Any]:
    """The exceptions in force as JSON has them."""
    now = from_rfc3339(view.now)
    return {
        "message": view.message,
        "exceptions": [placed_document(each) | {"expired": each.is_expired(now)} for each in view.exemptions],
    }
