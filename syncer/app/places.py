"""Where a use case finds things, and what most are asked for: policies, live, state, metrics."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from syncer.errors import WrongUsage
from syncer.kinds.registry import DIALECTS

STATE = Path(".syncer")
"""The folder of audit, journal, lock, outbox and of what is remembered of drift."""

POLICIES = Path("policies")
"""The usual folder of policies."""

MAX_PARALLEL = 64
"""The most PUTs at once."""

OnCutOff = Literal["continue", "stop"]
OnFailure = Literal["continue", "stop", "rollback"]


@dataclass(frozen=True, slots=True)
class PolicySource:
    """Where the policies are, and for which ``environment`` of their settings they are meant.

    ``folder`` holds the policies and ``settings.yaml``. ``paths`` are the files or folders that were named,
    in place of all policies of the folder. ``environment`` is empty where the settings have none.
    ``set_name`` is what this set of policies is called where an organization has several.
    """

    folder: Path = POLICIES
    paths: tuple[Path, ...] = ()
    environment: str = ""
    set_name: str = ""

    @property
    def policy_set(self) -> str:
        """What tells this set of policies from others of the same environment: its name, else its folder
        in the repository; empty for the usual folder."""
        if self.set_name:
            return self.set_name
        return "" if self.place == POLICIES.as_posix() else self.place

    @property
    def place(self) -> str:
        """The folder from the top of the repository; as it was given where it is outside."""
        from syncer.policy.repository import folder_in, place_in, top_of

        here = Path.cwd()
        top = top_of(here)
        return place_in(self.folder.as_posix(), folder_in(here, top), top)


@dataclass(frozen=True, slots=True)
class LiveTarget:
    """Which organization is meant.

    ``region`` is an AWS region or a domain, ``api_url`` the URL of a proxy or emulator; where both are empty,
    the variables GENESYSCLOUD_REGION and SYNCER_API_URL count, then the settings. ``dialect`` is the name of
    one, or ``auto``. Raises WrongUsage for another name.
    """

    region: str = ""
    api_url: str = ""
    dialect: str = "auto"

    def __post_init__(self) -> None:
        refuse_other("dialect", self.dialect, ("auto", *DIALECTS))


@dataclass(frozen=True, slots=True)
class MetricsOptions:
    """Where metrics go: to the file ``metrics``, and to the gateway at the URL ``push_gateway``.

    The environment and the set of policies of ``source`` are their labels.
    """

    metrics: Path | None = None
    push_gateway: str = ""
    source: PolicySource = PolicySource()

    def __bool__(self) -> bool:
        return bool(self.metrics or self.push_gateway)


def refuse_other(name: str, value: str, allowed: tuple[str, ...]) -> None:
    """Raise WrongUsage where an option has none of the values that it may have."""
    if value not in allowed:
        raise WrongUsage(f"{name} is {value!r}", hint=f"It must be one of {', '.join(allowed)}.")
