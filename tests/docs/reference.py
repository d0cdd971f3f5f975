"""The generated parts of docs/commands.md: ``python -m tests.docs.reference`` renews them.

Each part is between two comments: the calls of all commands; help, examples and options of each; and each
group of shared options. The rest is written by hand: links to the pages that explain, variables, exit codes.
"""

import re
from collections.abc import Iterable
from inspect import cleandoc
from pathlib import Path
from textwrap import fill

import click

from syncer.cli.examples import EXAMPLES
from tests.docs.documents import ROOT, commands

PAGE = ROOT / "docs" / "commands.md"

SHARED = {
    "running": "apply",
    "scope": "audit show",
    "live": "plan",
    "watching": "plan",
    "reports": "plan",
}
"""Groups of options that commands share, in the order of their names, each with a command that has it."""

_NAMES = {
    "reports": ("--format", "--output", "--report", "--quiet", "--verbose", "--no-color"),
    "live": ("--region", "--api-url", "--dialect"),
    "watching": ("--metrics", "--push-gateway", "--log-format", "--log-level"),
    "scope": (
        *("--since", "--until", "--env", "--organization", "--queue", "--user"),
        *("--status", "--action", "--override", "--sample", "--seed"),
    ),
    "running": (
        *("--state-dir", "--record", "--auto-approve", "--parallel", "--lock-timeout", "--deadline"),
        *("--require-etag", "--on-cut-off", "--audit-head", "--anchor", "--new-chain", "--allow-mass-change"),
        *("--allow-protected", "--allow-frozen", "--allow-delete", "--ticket", "--reason"),
    ),
}
_PART = re.compile(
    r"(?<=^<!-- made by make docs: )(.+?) -->\n.*?(?=^<!-- end -->$)", re.DOTALL | re.MULTILINE
)
_INDENT = 20


def renewed(page: str) -> str:
    """The page with all its parts renewed."""
    return _PART.sub(lambda found: f"{found[1]} -->\n{_part(found[1])}", page)


def parts(page: str) -> list[str]:
    """The names of the parts of a page: ``calls``, a command, or a group."""
    return [found[1] for found in _PART.finditer(page)]


def _part(name: str) -> str:
    if name == "calls":
        return _calls()
    if name in SHARED:
        return _table(_of_group(name))
    command = commands()[name]
    also = ", ".join(f"[{group}](#{group})" for group in _groups(command))
    texts = [_help(command), _examples(name), _table(_own(command)), f"Also: {also}.\n" if also else ""]
    return "\n".join(text for text in texts if text)


def _help(command: click.Command) -> str:
    paragraphs = cleandoc(command.help or "").split("\n\n")
    return "".join(f"\n{fill(_plain(text), 120, break_on_hyphens=False)}\n" for text in paragraphs)


def _examples(name: str) -> str:
    """A block of example calls; those of a group are at its first command."""
    lines = [line.replace("syncer", "sync", 1) for line in EXAMPLES.get(name, ())]
    return "\n".join(["```sh", *lines, "```", ""]) if lines else ""


def _plain(text: str) -> str:
    """A text of the help, escaped for Markdown."""
    return text.replace("|", "&#124;").replace("*", "&#42;")


def _options(command: click.Command) -> dict[str, click.Option]:
    return {option.opts[0]: option for option in command.params if isinstance(option, click.Option)}


def _groups(command: click.Command) -> list[str]:
    """The groups of which a command has all options."""
    return [group for group in SHARED if set(_NAMES[group]) <= set(_options(command))]


def _of_group(group: str) -> list[click.Option]:
    options = _options(commands()[SHARED[group]])
    return [options[name] for name in _NAMES[group]]


def _own(command: click.Command) -> list[click.Option]:
    """The options that are in no group, or whose meaning differs from that in their group."""
    shared = {option.opts[0]: _row(option) for group in _groups(command) for option in _of_group(group)}
    return [option for name, option in _options(command).items() if _row(option) != shared.get(name)]


def _table(options: Iterable[click.Option]) -> str:
    rows = [_row(option) for option in options]
    return "\n".join(["| option | means |", "|---|---|", *rows, ""]) if rows else ""


def _row(option: click.Option) -> str:
    names = [f"`{_typed(option)}`", *(f"`{name}`" for name in option.opts[1:])]
    facts = "; ".join(_facts(option))
    text = f"{option.help or ''}{f' ({facts})' if facts else ''}"
    return f"| {', '.join(names)} | {_plain(text)} |"


def _typed(option: click.Option) -> str:
    if option.is_flag:
        return option.opts[0]
    return f"{option.opts[0]} {option.metavar or _of_type(option)}"


def _of_type(option: click.Option) -> str:
    kind = option.type
    if isinstance(kind, click.Choice):
        return "NAME"
    return {"directory": "DIR", "file": "FILE", "integer range": "N", "float range": "NUMBER"}.get(
        kind.name, kind.name.upper()
    )


def _facts(option: click.Option) -> list[str]:
    """Its values, its default, and its environment variable."""
    kind = option.type
    choices = [f"`{choice}`" for choice in kind.choices] if isinstance(kind, click.Choice) else []
    bounds = [] if not isinstance(kind, click.IntRange) else [f"{kind.min} to {kind.max}"]
    default = option.get_default(click.Context(click.Command("")))
    said = not option.is_flag and isinstance(default, (str, int, float, Path)) and default != ""
    variables = [option.envvar] if isinstance(option.envvar, str) else list(option.envvar or ())
    named = [f"`{name}`" for name in variables]
    return [
        *([", ".join(choices)] if choices else []),
        *bounds,
        *([f"default `{_short(default)}`"] if said else []),
        *([", else ".join(named)] if named else []),
    ]


def _short(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _calls() -> str:
    lines = [_filled(f"sync {name}", _call(command)) for name, command in commands().items()]
    groups = [_filled(f"{group.upper()} =", list(map(_optional, _of_group(group)))) for group in SHARED]
    return "\n".join(["", "```", *lines, "", *groups, "```", "", ""])


def _filled(name: str, words: Iterable[str]) -> str:
    """A call in lines of at most 100 characters that break between options, never within one."""
    lines = [f"{name:<{_INDENT - 1}}"]
    for word in words:
        if len(lines[-1]) + len(word) > 99:
            lines.append(" " * (_INDENT - 1))
        lines[-1] += f" {word}"
    return "\n".join(line.rstrip() for line in lines)


def _call(command: click.Command) -> list[str]:
    context = click.Context(command)
    arguments = [each.make_metavar(context) for each in command.params if isinstance(each, click.Argument)]
    groups = [group.upper() for group in _groups(command)]
    return [*arguments, *map(_optional, _own(command)), *groups]


def _optional(option: click.Option) -> str:
    often = "..." if option.multiple else ""
    return f"{_typed(option)}{often}" if option.required else f"[{_typed(option)}]{often}"


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
