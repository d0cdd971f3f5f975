"""A rule that the organization and the policies both moved: what the organization alone moved of it can be
written back."""

from syncer.drift.found import Drifting
from syncer.planning.field_merge import FieldMerge, merge_fields


def merged(drifting: Drifting) -> FieldMerge | None:
    """The fields of a rule that drifted; None where both didn't move it, or one of them has it no more."""
    agreed, live, policy = drifting.agreed, drifting.live, drifting.policy
    if agreed is None or live is None or policy is None:
        return None
    return merge_fields(agreed, live, policy)
