"""A picture as a section of a page: what is drawn of it, its names as links, and what the script knows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from syncer.model.finding import Finding
from syncer.report.html import network
from syncer.report.html.legend import OF_PLAN, Legend
from syncer.report.html.names import Names
from syncer.report.picture.model import Picture
from syncer.report.picture.near import around_the_change


@dataclass(frozen=True, slots=True)
class Drawing:
    """The ``whole`` picture, and what ``near`` the change is drawn of it; ``findings`` are its problems."""

    whole: Picture
    near: Picture
    names: Names
    findings: Sequence[Finding] = ()
    legend: Legend = OF_PLAN

    @classmethod
    def of(cls, whole: Picture, findings: Sequence[Finding], legend: Legend = OF_PLAN) -> "Drawing":
        """The drawing of a picture."""
        near = around_the_change(whole)
        return cls(whole, near, Names.of(whole, near), findings, legend)

    def lines(self) -> Iterator[str]:
        """The section; nothing where there is nothing to draw."""
        yield from network.network(self.whole, self.near, self.names, self.legend)

    def data(self) -> dict[str, Any]:
        """What the script works with; nothing where nothing is drawn."""
        return network.data(self.whole, self.near, self.findings, self.names) if self.near.boxes else {}
