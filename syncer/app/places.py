"""Where use cases find things, and the options that most of them share: policies, organization, state,
metrics."""

from pathlib import Path
from typing import Literal

from syncer.errors import WrongUsage
from syncer.kinds.registry import DIALECTS
from syncer.model.quick_dataclass import quick_dataclass

STATE = Path(".syncer")
"""The folder of audit, journal, lock, outbox and the memory of drift."""

POLICIES = Path("policies")
"""The default folder of policies."""

MAX_PARALLEL = 64
"""At most this many PUTs at a time."""

OnCutOff = Literal["continue", "stop"]
OnFailure = Literal["continue", "stop", "rollback"]


@quick_dataclass(frozen=True, slots=True)
class PolicySource:
    """Where the policies are, and the ``environment`` of their settings.

    ``folder`` contains the policies and ``settings.yaml``. ``paths`` are the files or folders that were
    named, instead of all policies in the folder. ``environment`` is empty if the settings have none.
    ``set_name`` is the name of this policy set if an organization has several.
    """

    folder: Path = POLICIES
    paths: tuple[Path, ...] = ()
    environment: str = ""
    set_name: str = ""

    @property
    def policy_set(self) -> str:
        """What distinguishes this policy set from others of the same environment: its name, else its folder
        in the repository; empty for the default folder."""
        if self.set_name:
            return self.set_name
        return "" if self.place == POLICIES.as_posix() else self.place

    @property
    def place(self) -> str:
        """The folder relative to the root of the repository; as it was given if it is outside."""
        from syncer.policy.repository import folder_in, place_in, top_of

        here = Path.cwd()
        top = top_of(here)
        return place_in(self.folder.as_posix(), folder_in(here, top), top)


@quick_dataclass(frozen=True, slots=True)
class LiveTarget:
    """The organization.

    ``region`` is an AWS region or a domain, ``api_url`` the URL of a proxy or emulator; if both are empty,
    the variables GENESYSCLOUD_REGION and SYNCER_API_URL are used, then the settings. ``dialect`` is the name
    of one, or ``auto``. Raises WrongUsage for another name.
    """

    region: str = ""
    api_url: str = ""
    dialect: str = "auto"

    def __post_init__(self) -> None:
        refuse_other("dialect", self.dialect, ("auto", *DIALECTS))


@quick_dataclass(frozen=True, slots=True)
class MetricsOptions:
    """Where metrics go: to the file ``metrics``, and to the gateway at the URL ``push_gateway``.

    The environment and the policy set of ``source`` are their labels.
    """

    metrics: Path | None = None
    push_gateway: str = ""
    source: PolicySource = PolicySource()

    def __bool__(self) -> bool:
        return bool(self.metrics or self.push_gateway)


def refuse_other(name: str, value: str, allowed: tuple[str, ...]) -> None:
    """Raise WrongUsage if an option has none of its allowed values."""
    if value not in allowed:
        raise WrongUsage(f"{name} is {value!r}", hint=f"It must be one of {', '.join(allowed)}.")
