"""A child pipeline with a plan and an apply for each environment; GitLab runs them in parallel."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Any, Final

from syncer.errors import ConfigError, WrongUsage
from syncer.gitlab.place import in_name
from syncer.model.json_reader import parsed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from syncer.model.settings import Environment

STAGES: Final = ("plan", "apply", "summary")
SUMMARY: Final = "syncer:summary"

OWN: Final = (
    *("env", "prefix", "environment", "tier", "organization", "policies"),
    *("check-stage", "apply-stage"),
)
"""The inputs that differ between environments, or that the pipeline itself sets."""

FITS: Final = {
    "policies": r"^[^'\r\n]+$",
    "region": r"^[A-Za-z0-9.-]*$",
    "requirements": r"^[A-Za-z0-9._/-]+$",
}
"""What the component accepts for the inputs that don't come from names of environments."""

SCHEDULE: Final = "schedule"
PARENT_SOURCE: Final = "SYNCER_PARENT_SOURCE"
"""The variable that shows the jobs of a child pipeline that a schedule started its parent. Their
``CI_PIPELINE_SOURCE`` is always ``parent_pipeline``."""

_INPUT: Final = re.compile(r"([a-z][a-z-]*)=(.*)", re.DOTALL)
_HEAD: Final = """\
# Written by syncer environments --pipeline: a plan and an apply for each environment of the settings.
"""


def prefix_of(environment: str) -> str:
    """The prefix of the jobs of an environment, and of the files that they keep: ``syncer-eu``."""
    return f"syncer-{in_name(environment)}"


def report_names(environment: str) -> tuple[str, ...]:
    """The JSON reports that the jobs of an environment keep: of the apply, the plan and the drift."""
    return tuple(f"{prefix_of(environment)}.{command}.json" for command in ("apply", "plan", "drift"))


def child_pipeline(folder: Path, include: str, inputs: Sequence[str] = (), *, source: str = "") -> str:
    """Return the YAML of the pipeline for the environments in the settings in ``folder``.

    ``include`` is where the component is: ``local:templates/sync.yml``, or its address with a version.
    ``inputs`` (``NAME=VALUE``) are passed to each environment. ``source`` is what started the parent
    (``CI_PIPELINE_SOURCE``): a child of a schedule checks for drift and applies nothing. Raises ConfigError
    if the settings have no environments or can't be read, and WrongUsage for what the component would not
    accept.
    """
    known = _known(folder)
    where, given = _include(include), dict(map(_input, inputs))
    _check("policies", str(folder), "the folder of the policies")
    return _HEAD + _as_yaml(
        {
            "stages": list(STAGES),
            **({"variables": {PARENT_SOURCE: source}} if source == SCHEDULE else {}),
            "include": [{**where, "inputs": _inputs(each, folder, given)} for each in known],
            SUMMARY: _summary(known, folder),
        }
    )


class _Text(str):
    """A text that is written in quotes, so that no reader of YAML takes it for something else (``1e5``)."""

    __slots__ = ()


def _as_yaml(document: Mapping[str, Any]) -> str:
    import yaml

    class Dumper(yaml.SafeDumper):
        """Knows how to write it."""

    Dumper.add_representer(
        _Text, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style='"')
    )
    return yaml.dump(document, Dumper=Dumper, sort_keys=False, width=10_000, allow_unicode=True)


def _check(name: str, value: Any, what: str) -> None:
    """Refuse values that GitLab would refuse later, when it creates the pipeline."""
    if name in FITS and not (isinstance(value, str) and re.fullmatch(FITS[name], value)):
        raise WrongUsage(
            f"{what} can't be {value!r} in a pipeline",
            hint=f"The component accepts what matches {FITS[name]}",
        )


def _known(folder: Path) -> list[Environment]:
    from syncer.app.repository import environments

    report = environments(folder)
    if report.exit_code or report.view is None:
        raise ConfigError(
            f"the settings in {folder} can't be used", hint="syncer validate shows what is wrong with them."
        )
    if not report.view.environments:
        raise ConfigError(
            f"the settings in {folder} have no environments",
            hint="One organization needs no child pipeline: include the component once.",
        )
    return list(report.view.environments)


def _include(text: str) -> dict[str, str]:
    kind, separator, rest = text.partition(":")
    if separator and kind == "local" and rest:
        return {"local": rest}
    if "@" in text and " " not in text:
        return {"component": text}
    raise WrongUsage(
        f"{text!r} can't be included" if text else "--include is missing: it names the source of the jobs",
        hint="It is local:FILE, or the component, such as gitlab.example.com/group/project/component@1.0.0.",
    )


def _input(text: str) -> tuple[str, Any]:
    found = _INPUT.fullmatch(text)
    if found is None:
        raise WrongUsage(f"{text!r} isn't an input", hint="It looks like setup=image.")
    name, value = found.groups()
    if name in OWN:
        raise WrongUsage(f"the input {name} is set for each environment", hint="Leave it out.")
    _check(name, value, f"the input {name}")
    return name, _value(value)


def _value(text: str) -> Any:
    """A list or a number if the text is one in JSON, as inputs of these types need; else the text."""
    try:
        value = parsed(text.encode())
    except ValueError:
        return text
    return value if type(value) in (list, int) else _Text(text)


def _inputs(environment: Environment, folder: Path, given: Mapping[str, Any]) -> dict[str, Any]:
    name = environment.name
    return {
        "env": _Text(name),
        "prefix": prefix_of(name),
        "environment": _Text(name),
        "tier": "production" if environment.production else "other",
        "organization": _Text(in_name(environment.organization or name)),
        "policies": _Text(folder),
        "check-stage": "plan",
        "apply-stage": "apply",
        **given,
    }


def _summary(known: Sequence[Environment], folder: Path) -> dict[str, Any]:
    """One job after all others, whatever their result, with their files: one table, the worst first."""
    table, page = (f"summary.{ending}" for ending in ("md", "html"))
    call = f"syncer environments --policies {shlex.quote(str(folder))} --summary ."
    return {
        "extends": f".{prefix_of(known[0].name)}",
        "stage": "summary",
        "variables": {"SYNCER_ENV": ""},
        "script": [f"{call} --report markdown={table} --report html={page}"],
        "artifacts": {
            "paths": [table, page],
            "expose_as": "syncer summary",
            "access": "developer",
            "expire_in": "1 month",
            "when": "always",
        },
        "rules": [{"when": "always"}],
    }
