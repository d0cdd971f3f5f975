"""What the credentials allow, and what the organization is like: lock, dialect, rate limit, clock."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from syncer.doctor import Line, of_error, ok, skip, skipped, warning
from syncer.errors import BadAnswer, Forbidden, NotFound, SyncerError
from syncer.kinds.registry import DIALECTS, GENESYS_CLOUD, KIND_NAMES, OVERFLOW_RULES
from syncer.live.auth import Grant
from syncer.live.client import Client, organization_in, refuse_other
from syncer.live.clock_offset import MOST_OFFSET
from syncer.live.exchange import rate_figures
from syncer.live.rights import EDIT, VIEW
from syncer.live.wire import lock_kind, spoken_dialect
from syncer.model.json_values import clean, whole
from syncer.model.rule import Dialect
from syncer.model.settings import UNNAMED, Environment
from syncer.net.timing import moment
from syncer.planning.gather import AUTO
from syncer.resolving.reference_findings import partial_view

PAGE = 25
DIVISIONS = "divisions"
NAMES = ("token", "scopes", "organization", "queues")

READS = frozenset({"routing:queue:read", "routing:queue:write", "routing", "routing:readonly"})
WRITES = frozenset({"routing:queue:write", "routing"})
"""Any one of these scopes is enough."""


@dataclass(frozen=True, slots=True)
class Access:
    """The result; ``queues`` is None if no page of them could be read."""

    lines: tuple[Line, ...]
    queues: tuple[Mapping[str, Any], ...] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def check_access(client: Client, *, gateway: bool, environment: Environment = UNNAMED) -> Access:
    """Get a token, and read with it. A ``gateway`` was asked for a read-only token."""
    try:
        grant = client.grant()
    except SyncerError as error:
        return Access((of_error("token", error), *skipped(NAMES[1:], "there is no token")))
    before = (_token(grant), _scopes(grant.scopes, gateway=gateway), _organization(client, environment))
    try:
        page = client.first_page(PAGE)
        queues = _entities(page.body)
    except SyncerError as error:
        return Access((*before, of_error("queues", error)))
    seen = (_queues(page.body, len(queues)), *_divisions(client))
    return Access((*before, *seen), queues, page.headers)


def _token(grant: Grant) -> Line:
    if grant.seconds is None:
        return ok("token", f"given by {grant.source}; its lifetime is not known")
    hours, minutes = divmod(round(grant.seconds / 60), 60)
    lives = f"{hours} h {minutes} min" if hours else f"{minutes} min"
    return ok("token", f"got one with {grant.source}; it expires in {lives}")


def _scopes(scopes: frozenset[str] | None, *, gateway: bool) -> Line:
    if scopes is None:
        return ok("scopes", "the token response does not list them; reading is tried below")
    has = clean(" ".join(sorted(scopes)), longest=200) or "none"
    reading, writing = (VIEW.scope, EDIT.scope) if gateway else (VIEW.permission, EDIT.permission)
    if not scopes & READS:
        add = f"Add {reading} to the client's scopes, and the permission to its role."
        roles = f"A role of the client needs {reading}, in each division whose queues it is to read."
        what = f"{has}: {reading} is missing; everything that reads the queues needs it"
        return warning("scopes", what, add if gateway else roles)
    if scopes & WRITES:
        return ok("scopes", f"{has}: may read and write")
    if gateway:
        return ok("scopes", f"{has}: may read; write permission was not requested")
    return ok("scopes", f"{has}: may read; apply and rollback need {writing} too")


def _divisions(client: Client) -> tuple[Line, ...]:
    """Check whether queues of some divisions are hidden; a gateway with overflow rules has no divisions."""
    if client.form is OVERFLOW_RULES:
        return ()
    try:
        view = client.view()
    except SyncerError as error:
        return (of_error(DIVISIONS, error),)
    if not view.known:
        return (skip(DIVISIONS, "the API does not show whether queues of some divisions are hidden"),)
    for found in partial_view(view):
        return (warning(DIVISIONS, found.message, f"{found.tip[:1].upper()}{found.tip[1:]}."),)
    return (ok(DIVISIONS, "the queues of all divisions are visible"),)


def _organization(client: Client, environment: Environment) -> Line:
    try:
        found = client.get_organization()
        refuse_other(organization_in(found), environment)
    except (Forbidden, NotFound) as error:
        forbidden = "Add the scope organization:readonly to the client."
        if client.form is GENESYS_CLOUD:
            forbidden = "Genesys Cloud requires no permission here: check that the client is active."
        missing = "The gateway does not serve it: ask the people who run the gateway."
        return warning("organization", error.message, forbidden if isinstance(error, Forbidden) else missing)
    except SyncerError as error:
        return of_error("organization", error)
    name, id_ = (clean(str(found.get(key) or "?"), longest=120) for key in ("name", "id"))
    return ok("organization", f"{name} ({id_})")


def _entities(body: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    entities = body.get("entities")
    if not isinstance(entities, list | None) or not all(isinstance(each, dict) for each in entities or ()):
        raise BadAnswer(
            "The first page of queues contains no list of queues.",
            hint="Check the API URL: is this the Genesys Cloud Platform API?",
        )
    return tuple(entities or ())


def _queues(body: Mapping[str, Any], read: int) -> Line:
    total = whole(body.get("total"))
    if total == 0 or (total is None and not read):
        remedy = f"A role of the client needs {VIEW.permission}, in the divisions of the queues."
        return warning("queues", "these credentials can't see any", remedy)
    said = "an unknown number" if total is None else f"{total:,}"
    return ok("queues", f"read {read} of {said}")


TRAITS = ("lock", "dialect", "rate limit")
MOST_SKEW = MOST_OFFSET / 1000
"""Seconds; tokens, the age of plans and signatures depend on the clock."""


def check_traits(
    queues: Sequence[Mapping[str, Any]] | None, headers: Mapping[str, str], dialect: str, usual: Dialect
) -> tuple[Line, ...]:
    """What one page of ``queues`` and its headers show; ``dialect`` is the requested one."""
    if queues is None:
        return skipped(TRAITS, "no queue could be read")
    return _lock(queues), _dialect(queues, dialect, usual), _rate(headers)


def _lock(queues: Sequence[Mapping[str, Any]]) -> Line:
    if not queues:
        return skip("lock", "there is no queue to look at")
    if "compare" in map(lock_kind, queues):
        return ok(
            "lock",
            "compare: the API has no etags, so a queue is read right before and after its PUT; "
            "an edit in between goes unnoticed",
        )
    return ok("lock", "etag: a queue that was changed meanwhile is never overwritten")


def _dialect(queues: Sequence[Mapping[str, Any]], dialect: str, usual: Dialect) -> Line:
    told = spoken_dialect(queues, usual)
    spoken = told if dialect == AUTO else DIALECTS[dialect]
    holds = ", ".join(kind for kind in KIND_NAMES if kind in spoken.holds)
    if dialect == AUTO:
        return ok("dialect", f"{spoken.name}, detected from {len(queues)} queues: {holds}")
    if queues and told.holds > spoken.holds:
        more = ", ".join(kind for kind in KIND_NAMES if kind in told.holds - spoken.holds)
        return ok(
            "dialect",
            f"{spoken.name}, as configured: {holds}; some queues also have {more}, which stay as they are",
        )
    if told != spoken and queues:
        return warning(
            "dialect",
            f"{spoken.name}, as configured, but the queues look like {told.name}",
            "Remove it from option, variable and settings, or set the right one.",
        )
    return ok("dialect", f"{spoken.name}, as configured: {holds}")


def _rate(headers: Mapping[str, str]) -> Line:
    count, allowed, reset = rate_figures(headers)
    if count < 0 or allowed <= 0:
        return ok(
            "rate limit", "the API does not show it (inin-ratelimit-count); the pace of the settings applies"
        )
    found = f"{count} of {allowed} calls used{f', {reset} s to the reset' if reset >= 0 else ''}"
    if count > allowed * 0.8:
        return warning("rate limit", found, "Who else uses this client? Give syncer one of its own.")
    return ok("rate limit", found)


def check_clock(headers: Mapping[str, str], wall: Callable[[], float]) -> Line:
    """Compare this machine's clock with the ``Date`` of a response that just arrived."""
    theirs = moment(headers.get("Date", ""))
    if theirs is None:
        return skip("clock", "no response contained the time")
    skew = wall() - theirs
    if abs(skew) > MOST_SKEW:
        way = "ahead of" if skew > 0 else "behind"
        return warning(
            "clock",
            f"this machine is {abs(skew):,.0f} s {way} the API",
            "Set the clock (NTP): the age of plans, freezes and the signatures of messages depend on it.",
        )
    return ok("clock", "agrees with the API's within seconds")
