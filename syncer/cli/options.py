"""Options that commands share."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from math import isnan
from pathlib import Path
from typing import Any, TypeVar, get_args

import click

from syncer.app.places import MAX_PARALLEL, POLICIES, STATE, OnCutOff
from syncer.cli.choice import Choice
from syncer.cli.completion import complete_queues
from syncer.cli.duration import seconds
from syncer.kinds.registry import DIALECTS

Function = TypeVar("Function", bound=Callable[..., Any])
Decorator = Callable[[Function], Function]

LOG_LEVELS = ("debug", "info", "warning", "error")


@dataclass(frozen=True, slots=True)
class LogOptions:
    """The format of logs on stderr, and the lowest level that is written."""

    log_format: str = "text"
    log_level: str = "warning"

    @property
    def as_json(self) -> bool:
        """Whether stderr is for machines: every line of it is a record of the log."""
        return self.log_format == "json"


class TimeSpan(click.FloatRange):
    """A length of time in the unit of its option: from 0 to a million."""

    def __init__(self) -> None:
        super().__init__(0, 1_000_000)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Refuse ``nan`` too, which is neither too small nor too large."""
        number = float(super().convert(value, param, ctx))
        return self.fail("this is not a number", param, ctx) if isnan(number) else number


def together(*options: Callable[[Function], Function]) -> Decorator[Function]:
    """One decorator for several options, in their order."""

    def decorate(function: Function) -> Function:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


def env_option_of(words: str) -> Decorator[Any]:
    """The option that names an environment, with what it means to a command in ``words``."""
    return click.option(
        "--env",
        "environment",
        metavar="NAME",
        default="",
        envvar="SYNCER_ENV",
        show_envvar=True,
        help=words,
    )


env_option = env_option_of("Environment from the settings; it selects the organization.")

folder_option: Decorator[Any] = click.option(
    "--policies",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path),
    default=POLICIES,
    show_default=True,
    envvar="SYNCER_POLICIES",
    help="Folder of the policies and settings.yaml.",
)

policy_set_option: Decorator[Any] = click.option(
    "--policy-set",
    "set_name",
    metavar="NAME",
    default="",
    envvar="SYNCER_POLICY_SET",
    show_envvar=True,
    help="Name of this policy set, where an organization has several; defaults to its folder.",
)

policies_option: Decorator[Any] = together(folder_option, env_option)

source_options: Decorator[Any] = together(
    click.argument("paths", nargs=-1, type=click.Path(path_type=Path)), policies_option
)

target_options: Decorator[Any] = together(
    click.option(
        "--region", metavar="REGION", default="", help="AWS region or domain (GENESYSCLOUD_REGION)."
    ),
    click.option("--api-url", metavar="URL", default="", help="URL of a proxy or emulator (SYNCER_API_URL)."),
    click.option(
        "--dialect",
        type=Choice(["auto", *DIALECTS]),
        default="auto",
        envvar="SYNCER_DIALECT",
        show_default=True,
        help="How the API expresses overflow; auto detects it from the queues.",
    ),
)

queue_option: Decorator[Any] = click.option(
    "--queue",
    "queues",
    metavar="NAME",
    multiple=True,
    shell_complete=complete_queues,
    help="Only this queue: a name, an id or a glob. All others stay as they are live. May be repeated.",
)

unmanaged_option: Decorator[Any] = click.option(
    "--unmanaged", is_flag=True, help="List the live queues that no policy describes."
)

state_option: Decorator[Any] = click.option(
    "--state-dir",
    type=click.Path(path_type=Path, file_okay=False),
    default=STATE,
    show_default=True,
    envvar="SYNCER_STATE_DIR",
    help="Folder of the audit trail, the journal and the lock.",
)

record_option: Decorator[Any] = click.option(
    "--record",
    metavar="STORE",
    default="",
    envvar="SYNCER_RECORD",
    show_envvar=True,
    help="Also keep what was last applied here: gitlab, a path or a URL.",
)

new_chain_option: Decorator[Any] = click.option(
    "--new-chain",
    metavar="REASON",
    default="",
    envvar="SYNCER_NEW_CHAIN",
    show_envvar=True,
    help="If the audit trail is broken or forked, start a new chain after it, for this reason.",
)

anchor_option: Decorator[Any] = click.option(
    "--anchor",
    "anchors",
    metavar="WHERE",
    multiple=True,
    help="Anchor the audit head: rfc3161:URL, git-tag or git-tag:REMOTE. May be repeated.",
)

tsa_roots_option: Decorator[Any] = click.option(
    "--tsa-roots",
    type=click.Path(path_type=Path, dir_okay=False),
    help="PEM file of the root certificates that verify timestamps.",
)

run_options: Decorator[Any] = together(
    click.option("--auto-approve", is_flag=True, help="Don't ask for approval. Needed without a terminal."),
    click.option(
        "--parallel",
        type=click.IntRange(1, MAX_PARALLEL),
        default=4,
        show_default=True,
        help="PUTs at a time.",
    ),
    click.option(
        "--lock-timeout",
        metavar="SECONDS",
        type=TimeSpan(),
        default=0.0,
        help="How long to wait for another run to finish.",
    ),
    click.option(
        "--deadline",
        metavar="TIME",
        callback=seconds,
        help="Start no more changes after this time, such as 15m.",
    ),
    click.option("--require-etag", is_flag=True, help="Refuse if the API has no etags to lock with."),
    click.option(
        "--on-cut-off",
        type=Choice(get_args(OnCutOff)),
        default="continue",
        show_default=True,
        help="What to do after closing a run that was cut off or left the state of a queue unknown.",
    ),
    click.option(
        "--audit-head",
        type=click.Path(path_type=Path, dir_okay=False),
        help="Write the audit head to this file.",
    ),
    anchor_option,
    new_chain_option,
    click.option("--allow-mass-change", is_flag=True, help="Allow more changes than the settings do."),
    click.option("--allow-protected", is_flag=True, help="Allow changes to protected queues."),
    click.option("--allow-frozen", is_flag=True, help="Allow changes during a freeze."),
    click.option("--allow-delete", is_flag=True, help="Allow deletions where the settings forbid them."),
    click.option("--ticket", metavar="TICKET", default="", help="Ticket of this run, for the audit."),
    click.option("--reason", metavar="TEXT", default="", help="Reason for this run, for the audit."),
)


log_options: Decorator[Any] = together(
    click.option(
        "--log-format", type=Choice(["text", "json"]), default="text", help="Format of the logs on stderr."
    ),
    click.option(
        "--log-level",
        type=Choice(list(LOG_LEVELS), case_sensitive=False),
        default="warning",
        show_default=True,
        envvar="SYNCER_LOG_LEVEL",
        show_envvar=True,
        help="Lowest level to log.",
    ),
)

telemetry_options: Decorator[Any] = together(
    click.option(
        "--metrics", type=click.Path(path_type=Path, dir_okay=False), help="Write metrics to this file."
    ),
    click.option(
        "--push-gateway",
        metavar="URL",
        default="",
        envvar="SYNCER_PUSH_GATEWAY",
        show_envvar=True,
        help="Push metrics to this gateway.",
    ),
    log_options,
)

merge_request_options: Decorator[Any] = together(
    click.option(
        "--open-mr",
        is_flag=True,
        envvar="SYNCER_DRIFT_MR",
        show_envvar=True,
        help="Write the drift into the policies on a branch, and open a merge request in GitLab.",
    ),
    click.option(
        "--mr-labels",
        default="",
        envvar="SYNCER_DRIFT_LABELS",
        show_envvar=True,
        metavar="A,B",
        help="Labels of that merge request.",
    ),
)


def pick(kind: type[Any], options: dict[str, Any]) -> Any:
    """Take the fields of the dataclass ``kind`` out of ``options``, and make an instance."""
    return kind(**{field.name: options.pop(field.name) for field in fields(kind) if field.name in options})
