"""What a run changed, rule by rule, as its audit entries say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from syncer.errors import AuditError
from syncer.model.rule import Rule, Rules
from syncer.model.rule_document import rules_of
from syncer.model.written import Written


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


def image_of(entry: Mapping[str, Any]) -> Image:
    """The image in the entry of a change. Raises AuditError where it holds none."""
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
