"""Settings: what ``settings.yaml`` may say, with its defaults, and the environments that it names."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime

from syncer.model.finding import Position, Severity
from syncer.model.policy import QueueRef
from syncer.model.quick_dataclass import quick_dataclass
from syncer.model.scenario import Scenario


@quick_dataclass(frozen=True, slots=True)
class Organization:
    """A Genesys Cloud organization; both fields are empty where it is not known."""

    id: str = ""
    name: str = ""

    def __str__(self) -> str:
        return f"{self.name} ({self.id})" if self.id else "an unknown organization"


UNKNOWN = Organization()
"""The organization that nobody asked for, or that did not answer."""


@quick_dataclass(frozen=True, slots=True)
class ApiLocation:
    """The URL of an organization's ``api``, and the organization where it is known."""

    api: str
    organization: Organization = UNKNOWN

    def is_as(self, other: "ApiLocation") -> bool:
        """Whether both are one organization; by their URLs, where one of the two is not known."""
        if self.organization.id and other.organization.id:
            return self.organization.id == other.organization.id
        return self.api == other.api

    def __str__(self) -> str:
        return f"{self.api}, {self.organization}" if self.organization.id else self.api


@quick_dataclass(frozen=True, slots=True)
class Variables:
    """The names of the variables that hold the credentials: of a client, or of an access token."""

    client_id: str = ""
    client_secret: str = ""
    access_token: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Those that are named."""
        return tuple(name for name in (self.client_id, self.client_secret, self.access_token) if name)


@quick_dataclass(frozen=True, slots=True)
class Share:
    """The ``threshold``, in percent, that the rule to ``target`` has here."""

    target: QueueRef
    threshold: int
    position: Position


@quick_dataclass(frozen=True, slots=True)
class Override:
    """What a queue of the policies has otherwise here; None is what its policy says.

    ``capacity`` and ``base_load`` are contacts per interval.
    """

    queue: QueueRef
    position: Position
    capacity: float | None = None
    base_load: float | None = None
    shares: tuple[Share, ...] = ()


@quick_dataclass(frozen=True, slots=True)
class Environment:
    """An organization by the ``name`` that the settings give it; no name is the only one there is.

    ``region`` is an AWS region or a domain, ``api_url`` a proxy or an emulator; ``organization`` is the id
    that the API must answer with, if stated. In ``production`` anyone who applies by hand types the name.
    """

    name: str = ""
    region: str = ""
    api_url: str = ""
    organization: str = ""
    variables: Variables = Variables()
    overrides: tuple[Override, ...] = ()
    production: bool = False


UNNAMED = Environment()
"""The environment where the settings know none, or none was chosen."""


HOUR = "1h"
"""The interval of capacities and loads where the settings name none."""


@quick_dataclass(frozen=True, slots=True)
class Pace:
    """How fast live may be called: a token bucket of ``burst`` that fills at ``requests_per_second``."""

    requests_per_second: float = 5.0
    burst: int = 5


@quick_dataclass(frozen=True, slots=True)
class Retries:
    """``attempts`` at one request (429, 5xx, no answer); ``conflicts``: writes of one queue after 412.

    ``backoff`` is the first wait in seconds; each further one doubles, up to ``backoff_max``, with jitter.
    For ``settle`` seconds after a write without an etag, a read may show the old state out of a cache.
    """

    attempts: int = 5
    conflicts: int = 3
    backoff: float = 0.5
    backoff_max: float = 30.0
    settle: float = 10.0


@quick_dataclass(frozen=True, slots=True)
class LookSettings:
    """When a run lists live again. Seconds.

    ``max_age``: how old the last look may be when the next queue is started; None: the larger of 30 and 20
    times what the last look took.
    """

    max_age: float | None = None


@quick_dataclass(frozen=True, slots=True)
class Freeze:
    """A window in which nothing is applied, and why; both ends know their time zone."""

    start: datetime
    end: datetime
    reason: str


@quick_dataclass(frozen=True, slots=True)
class Safety:
    """What one run may do at most.

    No more than ``max_change_percent`` percent of the managed live rules may be changed, nor
    ``max_delete_percent`` percent deleted, where there are ``from_rules`` rules or more; ``protected``
    are globs of queue names, and ``places`` where the settings list them.
    """

    max_change_percent: float = 30.0
    max_delete_percent: float = 30.0
    from_rules: int = 10
    allow_delete: bool = True
    protected: tuple[str, ...] = ()
    freeze: tuple[Freeze, ...] = ()
    places: tuple[Position, ...] = field(default=(), compare=False, repr=False)


@quick_dataclass(frozen=True, slots=True)
class Webhook:
    """Where a run is reported, and in which ``form``: ``json``, ``slack`` or ``teams``. No URL: nowhere."""

    url: str = field(default="", repr=False)
    form: str = "json"


@quick_dataclass(frozen=True, slots=True)
class Ignore:
    """What stays as it is in live queues whose names match one of the globs in ``queues``.

    ``fields`` are fields of rules and whole kinds of rules; none: the whole queue.
    """

    queues: tuple[str, ...]
    fields: tuple[str, ...] = ()
    reason: str = ""
    position: Position | None = None

    def covers(self, kind: str) -> bool:
        """Whether all rules of this kind are not managed."""
        return not self.fields or kind in self.fields


@quick_dataclass(frozen=True, slots=True)
class Ownership:
    """``owner`` is the name that managed queues are marked with; empty: no queue is marked.

    With ``release`` its marks go; queues that fit a glob in ``take_over`` may bear another's mark so far.
    ``places`` are those of the globs in the settings.
    """

    owner: str = ""
    release: bool = False
    take_over: tuple[str, ...] = ()
    places: tuple[Position, ...] = field(default=(), compare=False, repr=False)


@quick_dataclass(frozen=True, slots=True)
class DriftAlerts:
    """Drift is reported once it was found ``alert_after`` times in a row.

    A queue whose measured load is more than ``outgrown`` percent over the stated one is a finding; None:
    loads are not measured.
    """

    alert_after: int = 2
    outgrown: float | None = None


@quick_dataclass(frozen=True, slots=True)
class AuditSettings:
    """What the audit trail must know of a run, and whom it believes.

    ``issuer`` is the URL of the GitLab whose ID tokens prove who runs a job (none: nobody's do), ``audience``
    what they must be made out to. ``require`` are ``merge_request``, ``approver``, ``ticket`` and ``reason``:
    a run without one of them is refused. With ``record_checks`` a drift leaves an entry too. ``identity`` is
    ``login``, or ``pseudonym`` where people are recorded so that they can be forgotten. With ``witness`` the
    organization's own audit is asked what a write without an etag overwrote, and for at most ``witness_wait``
    seconds it is waited for.
    """

    issuer: str = ""
    audience: str = "syncer"
    require: tuple[str, ...] = ()
    record_checks: bool = False
    identity: str = "login"
    witness: bool = True
    witness_wait: float = 10.0


@quick_dataclass(frozen=True, slots=True)
class Settings:
    """Everything ``settings.yaml`` says, for one environment.

    ``severities`` maps an id of a finding to its new severity, or to None where it is switched off;
    ``dialect`` is a name, or ``auto``; ``environments`` are the names of all that there are. ``strict``:
    errors of ``capacity`` or ``names`` that were there before a change refuse it too. ``interval`` is the
    time that capacities and loads are counted in. ``flows``: the in-queue flows of queues are read. In each
    of the ``scenarios`` it is checked what would be over its capacity.
    """

    severities: Mapping[str, Severity | None] = field(default_factory=dict)
    pace: Pace = Pace()
    retries: Retries = Retries()
    safety: Safety = Safety()
    webhook: Webhook = Webhook()
    dialect: str = "auto"
    environment: Environment = UNNAMED
    environments: tuple[str, ...] = ()
    drift: DriftAlerts = DriftAlerts()
    ignore: tuple[Ignore, ...] = ()
    ownership: Ownership = Ownership()
    looks: LookSettings = LookSettings()
    audit: AuditSettings = AuditSettings()
    strict: frozenset[str] = frozenset()
    interval: str = HOUR
    flows: bool = True
    scenarios: tuple[Scenario, ...] = ()


DEFAULTS = Settings()
"""The settings where no file says anything."""
