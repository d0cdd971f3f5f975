"""What live is like: its lock, its dialect, its rate limit, its clock."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from syncer.doctor.line import Line, ok, skip, skipped, warning
from syncer.kinds.registry import DIALECTS, KIND_NAMES
from syncer.live.exchange import rate_figures
from syncer.live.wire import lock_kind, spoken_dialect
from syncer.model.rule import Dialect
from syncer.net.timing import moment
from syncer.planning.gather import AUTO

NAMES = ("lock", "dialect", "rate limit")
MOST_SKEW = 30.0
"""Seconds; tokens, the age of plans and signatures depend on the clock."""


def check_traits(
    queues: Sequence[Mapping[str, Any]] | None, headers: Mapping[str, str], dialect: str, usual: Dialect
) -> tuple[Line, ...]:
    """What one page of ``queues`` and its headers tell; ``dialect`` is what was asked for."""
    if queues is None:
        return skipped(NAMES, "no queue could be read")
    return _lock(queues), _dialect(queues, dialect, usual), _rate(headers)


def _lock(queues: Sequence[Mapping[str, Any]]) -> Line:
    if not queues:
        return skip("lock", "no queue tells")
    if "compare" in map(lock_kind, queues):
        return ok(
            "lock",
            "compare: live has no etags, so a queue is read right before and after its PUT; "
            "an edit within that moment goes unseen",
        )
    return ok("lock", "etag: a queue that somebody else changed meanwhile is never overwritten")


def _dialect(queues: Sequence[Mapping[str, Any]], dialect: str, usual: Dialect) -> Line:
    told = spoken_dialect(queues, usual)
    spoken = told if dialect == AUTO else DIALECTS[dialect]
    holds = ", ".join(kind for kind in KIND_NAMES if kind in spoken.holds)
    if dialect == AUTO:
        return ok("dialect", f"{spoken.name}, told from {len(queues)} queues: {holds}")
    if told != spoken and queues:
        return warning(
            "dialect",
            f"{spoken.name}, as --dialect says, but the queues look like {told.name}",
            "Leave --dialect and SYNCER_DIALECT out, or set what live really is.",
        )
    return ok("dialect", f"{spoken.name}, as --dialect says: {holds}")


def _rate(headers: Mapping[str, str]) -> Line:
    count, allowed, reset = rate_figures(headers)
    if count < 0 or allowed <= 0:
        return ok(
            "rate limit", "live does not tell it (inin-ratelimit-count); the pace of the settings counts"
        )
    found = f"{count} of {allowed} calls used{f', {reset} s to the reset' if reset >= 0 else ''}"
    if count > allowed * 0.8:
        return warning("rate limit", found, "Who else uses this client? Give syncer one of its own.")
    return ok("rate limit", found)


def check_clock(headers: Mapping[str, str], wall: Callable[[], float]) -> Line:
    """This machine's clock against the ``Date`` of an answer that came just now."""
    theirs = moment(headers.get("Date", ""))
    if theirs is None:
        return skip("clock", "no answer told the time")
    skew = wall() - theirs
    if abs(skew) > MOST_SKEW:
        way = "ahead of" if skew > 0 else "behind"
        return warning(
            "clock",
            f"this machine is {abs(skew):,.0f} s {way} live",
            "Set the clock (NTP): the age of plans, freezes and signatures of letters depend on it.",
        )
    return ok("clock", "agrees with live's within seconds")
