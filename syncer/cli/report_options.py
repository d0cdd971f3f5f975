"""The options of a report: its format, its file, and what else is written."""

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from syncer.cli.choice import Choice, LongChoice
from syncer.cli.options import Decorator, together
from syncer.errors import WrongUsage
from syncer.files import refuse_unwritable
from syncer.report import BINARY, DRAWINGS, EXPORTS, FOR_PEOPLE, FORMATS, REPORTS, ROWS, SUFFIXES


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
