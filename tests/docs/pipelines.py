"""The pipeline and the component as data: their jobs, and the inputs put in."""

import re
from typing import Any

import yaml

from tests.docs.documents import ROOT

PIPELINE = ROOT / ".gitlab-ci.yml"
COMPONENT = ROOT / "templates" / "sync.yml"
INSTALL = "genesyscloud-syncer[pinned] @ git+https://gitlab.example.com/group/syncer@v0.1.0"

_KEYWORDS = ("stages", "variables", "default")
_INPUT = re.compile(r"\$\[\[ inputs\.([a-z-]+) \]\]")


def jobs(text: str) -> dict[str, dict[str, Any]]:
    """The jobs of a pipeline, each with what it extends laid beneath it, its variables too."""
    whole = yaml.safe_load(text)
    return {
        name: _extended(whole.get(job.get("extends", ""), {}), job)
        for name, job in whole.items()
        if name not in _KEYWORDS and not name.startswith(".")
    }


def _extended(base: dict[str, Any], job: dict[str, Any]) -> dict[str, Any]:
    variables = {**base.get("variables", {}), **job.get("variables", {})}
    return {**base, **job, **({"variables": variables} if variables else {})}


def pipeline() -> str:
    """The pipeline of this repository."""
    return PIPELINE.read_text(encoding="utf-8")


def inputs() -> dict[str, dict[str, Any]]:
    """The inputs that the component takes, by name."""
    found: dict[str, dict[str, Any]] = yaml.safe_load(_documents()[0])["spec"]["inputs"]
    return found


def component(**given: str) -> str:
    """The jobs of the component with these inputs, and the defaults of the others, put in."""
    values = {name: given.get(name, spec.get("default")) for name, spec in inputs().items()}
    return _INPUT.sub(lambda match: str(values[match[1]]), _documents()[1])


def _documents() -> list[str]:
    return COMPONENT.read_text(encoding="utf-8").split("\n---\n")
