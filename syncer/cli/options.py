"""Options that commands share."""

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from math import isnan
from pathlib import Path
from typing import Any, TypeVar, get_args

import click
from click.core import ParameterSource

from syncer.app.places import MAX_PARALLEL, POLICIES, STATE, OnCutOff
from syncer.cli.choice import Choice, LongChoice
from syncer.cli.completion import complete_queues
from syncer.cli.duration import seconds
from syncer.errors import WrongUsage
from syncer.files import refuse_unwritable
from syncer.kinds.registry import DIALECTS
from syncer.report import BINARY, DRAWINGS, EXPORTS, FOR_PEOPLE, FORMATS, REPORTS, ROWS, SUFFIXES

Function = TypeVar("Function", bound=Callable[..., Any])
Decorator = Callable[[Function], Function]

LOG_LEVELS = ("debug", "info", "warning", "error")


@dataclass(frozen=True, slots=True)
class Output:
    """The format and place of a report, and of the other ``reports``: each a format and its file.

    With ``logged``, errors are log records and nothing is printed besides.
    """

    format: str = "text"
    output: Path | None = None
    quiet: bool = False
    verbose: bool = False
    no_color: bool = False
    err: bool = False
    reports: tuple[tuple[str, Path], ...] = ()
    logged: bool = False

    def refuse_shared(self, *others: Path | None) -> None:
        """Raises WrongUsage if two of the reports and ``others`` would be written to one file."""
        paths = self._paths(others)
        places = [os.path.realpath(path) for path in paths]
        twice = next((path for n, path in enumerate(paths) if places[n] in places[:n]), None)
        if twice is not None:
            raise WrongUsage(f"two outputs go to {twice}", hint="Give each a file of its own.")

    def refuse_terminal(self) -> None:
        """Raises WrongUsage if a binary report would go to a terminal."""
        if self.format in BINARY and self.output is None and self.on_terminal():
            raise WrongUsage(
                f"{self.format} is binary: it is not written to a terminal",
                hint=f"Name a file: --output FILE.{self.format}.",
            )

    def on_terminal(self) -> bool:
        """Whether stdout is a terminal."""
        return sys.stdout.isatty()

    def refuse_unwritable(self, *others: Path | None) -> None:
        """Raises SyncerError if a report or one of the ``others`` could not be written."""
        for path in self._paths(others):
            refuse_unwritable(path)

    def _paths(self, others: Sequence[Path | None]) -> list[Path]:
        return [path for path in (*(path for _, path in self.reports), self.output, *others) if path]

    @property
    def for_people(self) -> tuple[str, ...]:
        """The files that people read, the main report first."""
        written = ((self.format, self.output), *self.reports)
        return tuple(path.as_posix() for format_, path in written if path and format_ in FOR_PEOPLE)

    def aside(self) -> "Output":
        """The same for text that isn't a result: on stderr."""
        return replace(self, format="text", output=None, err=True, reports=())


def _reports_among(formats: Iterable[str]) -> Callable[..., tuple[tuple[str, Path], ...]]:
    """A callback that splits each ``FORMAT=FILE`` into the format, one of ``formats``, and the path."""
    known = tuple(formats)

    def split(
        ctx: click.Context, param: click.Parameter, values: Sequence[str]
    ) -> tuple[tuple[str, Path], ...]:
        return tuple(_report(value, known, ctx, param) for value in values)

    return split


def _report(value: str, known: Sequence[str], ctx: click.Context, param: click.Parameter) -> tuple[str, Path]:
    format_, _, file = value.partition("=")
    if format_ not in known:
        from syncer.model.lookup import did_you_mean

        near = did_you_mean(format_, known)
        raise click.BadParameter(f"{format_!r} isn't one of {', '.join(known)}.{near}", ctx, param)
    if not file:
        raise click.BadParameter(f"{value!r} names no file: write {format_}=FILE.", ctx, param)
    return format_, Path(file)


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


def report_options_of(formats: Iterable[str], beside: Iterable[str], usual: str = "text") -> Decorator[Any]:
    """The options of a report in one of the ``formats``, with more reports in the formats ``beside``."""
    example = "codequality=FILE" if "codequality" in beside else f"{usual}=FILE"
    return together(
        click.option(
            "--format",
            type=Choice(list(formats)),
            default=usual,
            cls=LongChoice,
            callback=_format_of(formats),
            help="Format of the report.",
        ),
        click.option(
            "--report",
            "reports",
            metavar="FORMAT=FILE",
            multiple=True,
            callback=_reports_among(beside),
            help=f"Also write a report to a file, such as {example}. May be repeated.",
        ),
        click.option("--quiet", "-q", is_flag=True, help="Leave out what is only informational."),
        click.option("--verbose", "-v", is_flag=True, help="Show more detail."),
        click.option("--no-color", is_flag=True, help="No colors, even on a terminal (or set NO_COLOR)."),
    )


def _format_of(formats: Iterable[str]) -> Callable[..., str]:
    """A callback that picks the format of --format, else that of the file name, else the usual one."""
    known = {suffix: name for suffix, name in SUFFIXES.items() if name in formats}

    def choose(ctx: click.Context, param: click.Parameter, value: str) -> str:
        file = ctx.meta.get(_FILE)
        asked = ctx.get_parameter_source(param.name or "") is not ParameterSource.DEFAULT
        return value if asked or file is None else known.get(file.suffix.lower(), value)

    return choose


def _remember_file(ctx: click.Context, param: click.Parameter, value: Path | None) -> Path | None:
    del param
    ctx.meta[_FILE] = value
    return value


_FILE = "syncer:output"

_output_option: Decorator[Any] = click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    is_eager=True,
    callback=_remember_file,
    help="Write the report to this file. Without --format, its name gives the format: FILE.html.",
)

report_options = report_options_of(FORMATS, REPORTS)

output_options = together(report_options, _output_option)

table_options = together(report_options_of({**FORMATS, **ROWS}, {**REPORTS, **ROWS}), _output_option)

drawing_options = together(report_options_of(DRAWINGS, DRAWINGS, "svg"), _output_option)

rows_options = together(report_options_of(EXPORTS, EXPORTS, "csv"), _output_option)


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
