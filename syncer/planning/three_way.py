"""The three sides of a rule whose run is undone, and what of it somebody may have tuned since."""

from collections.abc import Container
from dataclasses import dataclass, replace
from typing import Any

from syncer.model.rule import Rule, Rules


@dataclass(frozen=True, slots=True)
class Sides:
    """The rules with one key before a run, as the run left them, and now; of one overflow target there may be
    several.

    ``ignored`` are the fields that the settings leave to live: whoever tuned one since keeps the value.
    """

    before: Rules
    now: Rules
    after: Rules
    ignored: Container[str] = ()

    @property
    def moved(self) -> bool:
        """Whether somebody made something else of them since."""
        return not (self._alike(self.after) or self._alike(self.before))

    @property
    def back(self) -> Rules:
        """The rules before the run, with what was tuned since."""
        if not len(self.before) == len(self.after) == len(self.now):
            return self.before
        sides = zip(self.before, self.after, self.now, strict=True)
        return tuple(_with(rule, self._tuned(left, there)) for rule, left, there in sides)

    def _alike(self, side: Rules) -> bool:
        return len(self.now) == len(side) and all(
            _with(there, self._tuned(there, rule)) == rule for there, rule in zip(self.now, side, strict=True)
        )

    def _tuned(self, from_: Rule, to: Rule) -> dict[str, Any]:
        """The ignored fields in which two rules differ, as the second has them."""
        was = from_.values()
        return {
            name: value for name, value in to.values().items() if name in self.ignored and value != was[name]
        }


def _with(rule: Rule, values: dict[str, Any]) -> Rule:
    return replace(rule, **values)
