"""A child pipeline with a plan and an apply for each environment: GitLab runs them side by side."""

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
"""The inputs that differ between environments, or that the pipeline itself gives."""

_INPUT: Final = re.compile(r"([a-z][a-z-]*)=(.*)", re.DOTALL)
_HEAD: Final = """\
# Written by syncer environments --pipeline: a plan and an apply for each environment of the settings.
"""


def prefix_of(environment: str) -> str:
    """The prefix of the jobs of an environment, and of the files that they keep: ``syncer-eu``."""
    return f"syncer-{in_name(environment)}"


def report_names(environment: str) -> tuple[str, str]:
    """The JSON reports that the jobs of an environment keep: of the apply, and of the plan."""
    return f"{prefix_of(environment)}.apply.json", f"{prefix_of(environment)}.plan.json"


def child_pipeline(folder: Path, include: str, inputs: Sequence[str] = ()) -> str:
    """The YAML of the pipeline for the environments that the settings in ``folder`` know.

    ``include`` is where the component is: ``local:templates/sync.yml``, or its address with a version.
    ``inputs`` (``NAME=VALUE``) are given to each. Raises ConfigError where the settings know no environments
    or can't be read, and WrongUsage for what is no include or input.
    """
    import yaml

    known = _known(folder)
    where, given = _include(include), dict(map(_input, inputs))
    jobs = {
        "stages": list(STAGES),
        "include": [{**where, "inputs": _inputs(each, folder, given)} for each in known],
        SUMMARY: _summary(known, folder),
    }
    return _HEAD + yaml.safe_dump(jobs, sort_keys=False, width=10_000, allow_unicode=True)


def _known(folder: Path) -> list[Environment]:
    from syncer.app.repository import environments

    report = environments(folder)
    if report.exit_code or report.view is None:
        raise ConfigError(
            f"the settings in {folder} can't be used", hint="syncer validate says what is wrong with them."
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
        f"{text!r} is nothing to include"
        if text
        else "--include is missing: it says where the jobs are from",
        hint="It is local:FILE, or the component, such as gitlab.example.com/group/project/component@1.0.0.",
    )


def _input(text: str) -> tuple[str, Any]:
    found = _INPUT.fullmatch(text)
    if found is None:
        raise WrongUsage(f"{text!r} is no input", hint="It looks like setup=image.")
    name, value = found.groups()
    if name in OWN:
        raise WrongUsage(f"the input {name} is set for each environment", hint="Leave it out.")
    return name, _value(value)


def _value(text: str) -> Any:
    """A list or a number where the text is one in JSON, as inputs of these types want it; else the text."""
    try:
        value = parsed(text.encode())
    except ValueError:
        return text
    return value if type(value) in (list, int) else text


def _inputs(environment: Environment, folder: Path, given: Mapping[str, Any]) -> dict[str, Any]:
    name = environment.name
    return {
        "env": name,
        "prefix": prefix_of(name),
        "environment": name,
        "tier": "production" if environment.production else "other",
        "organization": environment.organization or in_name(name),
        "policies": str(folder),
        "check-stage": "plan",
        "apply-stage": "apply",
        **given,
    }


def _summary(known: Sequence[Environment], folder: Path) -> dict[str, Any]:
    """One job after all others, whatever became of them, with what they keep: one table, the worst first."""
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
