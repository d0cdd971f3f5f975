"""Plans that restore the rules of overwritten edits, kept next to the trail for a person to apply."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from syncer.app.witness import Restored
from syncer.errors import SyncerError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from syncer.model.window import Overwritten
    from syncer.planning.build import Inputs


@dataclass(frozen=True, slots=True)
class RestorePlans:
    """Makes these plans. ``inputs`` lists the live queues again; ``audit`` is the folder of the trail."""

    inputs: Callable[[], Inputs]
    audit: Path
    now: str
    warn: Callable[[str], None]

    def __call__(self, lost: Sequence[Overwritten]) -> Restored:
        """Return the edits, each with the path of its plan if lost rules can be restored."""
        try:
            inputs = self.inputs()
        except SyncerError as error:
            self.warn(f"no plan could be made that restores overwritten rules: {error.message}")
            return Restored(tuple(lost))
        of_queues: dict[str, list[Overwritten]] = {}
        for each in lost:
            of_queues.setdefault(each.edit.queue, []).append(each)
        paths = {queue: self._path(edits, inputs) for queue, edits in of_queues.items()}
        return Restored(tuple(replace(each, restore=paths[each.edit.queue]) for each in lost), inputs.names)

    def _path(self, lost: Sequence[Overwritten], inputs: Inputs) -> str:
        from syncer.planning.document import plan_document, plan_text
        from syncer.planning.kept_plan import keep_plan
        from syncer.planning.lost_rules import plan_of_loss

        try:
            plan = plan_of_loss(lost, inputs, self.now)
            if plan is None:
                return ""
            document = plan_document(plan)
            return str(keep_plan(self.audit, plan_text(document).encode(), document["digest"]))
        except SyncerError as error:
            self.warn(f"the plan that restores overwritten rules can't be kept: {error.message}")
            return ""
