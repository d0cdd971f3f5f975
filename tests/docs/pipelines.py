"""The pipeline and the component as data: their jobs, and the inputs put in."""

from typing import Any

import yaml

from tests.docs.documents import ROOT
from tests.spec_inputs import inputs_of, resolve

PIPELINE = ROOT / ".gitlab-ci.yml"
COMPONENT = ROOT / "templates" / "sync.yml"

_KEYWORDS = ("stages", "variables", "default")


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
    return inputs_of(COMPONENT.read_text(encoding="utf-8"))


def component(**given: Any) -> str:
    """The jobs of the component with these inputs, in whose names ``_`` stands for ``-``, and the defaults of
    the others."""
    named = {name.replace("_", "-"): value for name, value in given.items()}
    return resolve(COMPONENT.read_text(encoding="utf-8"), named)
