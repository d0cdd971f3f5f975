"""What a run changed, rule by rule, as the audit says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from syncer.audit.entries import place_of
from syncer.errors import AuditError
from syncer.model.environment import Place
from syncer.model.rule import Rule, Rules
from syncer.model.rule_document import rules_of
from syncer.model.written import Written

LAST = "last"


@dataclass(frozen=True, slots=True)
class Image:
    """One rule before and after a run; None where there was none.

    ``note``: why the rule before can't be brought back by itself, if it can't: it was a second rule with its
    target, or held values that could not be read. ``written`` is what the run did to the JSON of the queue;
    one image of each queue has it, in the audit of a version that says it.
    """

    queue: str
    queue_name: str
    target_name: str
    before: Rule | None
    after: Rule | None
    note: str = ""
    written: Written | None = field(default=None, repr=False)

    @property
    def rule(self) -> Rule:
        """The rule as it was last known: one of both images is there."""
        rule = self.after or self.before
        if rule is None:
            raise AuditError(f"the audit holds no image of a rule of {self.queue_name}")
        return rule

    def is_of(self, rule: Rule) -> bool:
        """Whether it is the image of the rule in this place."""
        return (self.rule.kind, self.rule.key) == (rule.kind, rule.key)

    def own(self, rules: Rules) -> Rules:
        """The rules in its place: two or more where they have one target."""
        return tuple(rule for rule in rules if self.is_of(rule))


def images_of(entries: Iterable[Mapping[str, Any]], run: str, here: Place | None = None) -> tuple[Image, ...]:
    """What ``run`` changed, as its audit entries say; ``last`` is the newest run that changed something.

    Raises AuditError where there is no such run ``here``: a run can't be undone at another place.
    """
    everything = [entry for entry in entries if here is None or place_of(entry).is_as(here)]
    changes = [entry for entry in everything if entry.get("kind") == "change" and _changed(entry)]
    if run == LAST:
        run = str(changes[-1].get("run")) if changes else run
    if not any(entry.get("run") == run for entry in everything):
        raise AuditError(
            f"the audit trail knows no run {run}{f' at {here}' if here else ''}",
            hint="List all with: syncer audit show",
        )
    return tuple(_image(entry) for entry in changes if entry.get("run") == run)


def _changed(entry: Mapping[str, Any]) -> bool:
    """Whether the run itself made this change, or may have."""
    return entry.get("status") in ("applied", "merged", "unknown")


def _image(entry: Mapping[str, Any]) -> Image:
    try:
        before, after = entry["before"], entry["after"]
        return Image(
            entry["queueId"],
            entry["queueName"],
            str(entry.get("targetName") or ""),
            rules_of([before])[0] if before else None,
            rules_of([after])[0] if after else None,
            note=str(entry.get("note") or ""),
            written=Written.of(entry.get("written")),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise AuditError(f"audit entry {entry.get('n')} holds no image of its rule") from error
