"""A rule as the organization, the policies and both together had it, field by field.

::

    live    policies   since they agreed
    moved   same       taken from the live rule
    same    moved      stays as the policies say
    moved   moved      stays too; people decide, unless both moved it to the same
"""

from dataclasses import dataclass

from syncer.model.rule import Rule


@dataclass(frozen=True, slots=True)
class FieldMerge:
    """The rule of the policies with what the organization alone moved, by the names of its fields: those that
    are ``taken``, and those that both ``moved`` to different values."""

    rule: Rule
    taken: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()

    @property
    def drifted(self) -> frozenset[str]:
        """The fields that the organization moved and the policies don't have so."""
        return frozenset((*self.taken, *self.moved))


def merge_fields(agreed: Rule, live: Rule, policy: Rule) -> FieldMerge:
    """Three sides of one rule as one; ``agreed`` is what it was when the organization and the policies last
    agreed."""
    then, now, wanted = agreed.values(), live.values(), policy.values()
    moved = [name for name in wanted if now[name] not in (then[name], wanted[name])]
    taken = tuple(name for name in moved if wanted[name] == then[name])
    rule = policy.with_values(**{name: now[name] for name in taken})
    return FieldMerge(rule, taken, tuple(name for name in moved if name not in taken))
