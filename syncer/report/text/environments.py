"""Environments as text: each with its organisation and its variables."""

from collections.abc import Iterator

from syncer.model.environment import Environment
from syncer.report.text.paint import Paint, counted
from syncer.report.views import Environments


def environment_lines(view: Environments, paint: Paint) -> list[str]:
    """A few lines an environment; one line where there is none."""
    if not view.environments:
        return ["the settings have no environments"]
    return [line for each in view.environments for line in _lines(each, paint)]


def _lines(environment: Environment, paint: Paint) -> Iterator[str]:
    yield paint(environment.name, bold=True)
    said = {
        "where": environment.api_url or environment.region or "as the variables say",
        "organisation": environment.organization or "not pinned",
        "credentials": ", ".join(environment.variables.names) or "the usual variables",
        "overrides": counted(len(environment.overrides), "queue"),
    }
    for name, value in said.items():
        yield f"  {name:<13} {paint(value)}"
