"""What the signs and lines of a drawing mean, in words: in that of a plan, of a run, and of a drift."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from syncer.report.html.markup import listed
from syncer.report.picture.links import BECAME
from syncer.report.picture.model import BECAME_SIGNS, Became

_ALWAYS: Final = (("key loop", "loop"), ("key off", "disabled"))
_BARS: Final = (
    "▾ load before",
    "| capacity",
    "≤ at most: a contact that may go to a backup queue counts in both queues",
)


@dataclass(frozen=True, slots=True)
class Legend:
    """What a drawing is called, what its three ``moments`` are, and what its lines and signs mean.

    ``lines`` are pairs of a class and its words. ``loads`` says whose loads they are, where that isn't plain.
    """

    heading: str = "Network around the change"
    moments: tuple[str, str, str] = ("Before", "Change", "After")
    lines: tuple[tuple[str, str], ...] = (
        ("key create", "+ rule created"),
        ("key update", "rule updated"),
        ("key delete", "− rule deleted"),
        *_ALWAYS,
    )
    signs: tuple[str, ...] = (
        *_BARS,
        "filled ↻ ✕ !: loop, error, warning caused by this change; hollow: there before",
    )
    loads: str = ""

    def as_html(self) -> Iterator[str]:
        """The legend as a list: nothing is said by color alone."""
        yield from listed([*(f"{_line(kind)} {words}" for kind, words in self.lines), *self.signs], "legend")


def _line(kind: str) -> str:
    line = '<path class="line" d="M2 8h34"/><path class="core" d="M2 8h34"/>'
    size = 'width="38" height="16" aria-hidden="true" focusable="false"'
    return f'<svg class="net" {size}><g class="{kind}">{line}</g></svg>'


OF_PLAN: Final = Legend()

OF_NETWORK: Final = Legend("Network", lines=_ALWAYS)

OF_RUN: Final = Legend(
    lines=(*OF_PLAN.lines, ("key waiting", "not in force after the run")),
    signs=(
        *(f"{BECAME_SIGNS[each]} {BECAME[each]}" for each in Became),
        *_BARS,
        "↻ !: loop, warning",
    ),
    loads="Loads are those of the plan",
)

OF_DRIFT: Final = Legend(
    heading="Network around the drift",
    moments=("Policies", "Difference", "Live"),
    lines=(
        ("key create", "+ rule only in the live queue"),
        ("key update", "rule differs: policies → live queue"),
        ("key delete", "− rule only in the policies"),
        ("key waiting", f"{BECAME_SIGNS[Became.WAITING]} waiting to be applied"),
        *_ALWAYS,
    ),
    signs=(
        "▾ load with the policies",
        "| capacity",
        "filled ↻ ✕ !: with the live rules only; hollow: with the policies too",
    ),
    loads="Loads are those of the live queues",
)
