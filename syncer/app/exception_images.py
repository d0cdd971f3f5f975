"""The rules of exceptions, from the trail: a run that only has the record knows them too."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from syncer.audit.exceptions import STOP, Exemption, RuleImage
from syncer.errors import SyncerError
from syncer.model.json_values import mapping
from syncer.planning.audit_images import images_of_plan
from syncer.planning.standing import made_by

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any

    from syncer.model.plan import Plan
    from syncer.planning.audit_images import Image


def with_images(
    exceptions: Iterable[Exemption], entries: Callable[[], Iterable[Mapping[str, Any]]]
) -> tuple[Exemption, ...]:
    """Return the exceptions, each with its images as far as the ``entries`` of a trail contain them."""
    found = tuple(exceptions)
    runs = {_run_of(each) for each in found if not each.images}
    if not runs:
        return found
    known: list[Mapping[str, Any]] = []
    with suppress(SyncerError):  # a trail that breaks off tells what it has up to there
        known.extend(entry for entry in entries() if entry.get("run") in runs)
    return tuple(each if each.images else _out_of(known, each) for each in found)


def with_images_of_plan(exemption: Exemption, plan: Plan) -> Exemption:
    """Return the exception that a run makes with ``plan``, before it has sent anything."""
    if exemption.images:
        return exemption
    made = list(images_of_plan(plan))
    return replace(exemption, images=_images(exemption, made, back=exemption.kind != STOP))


def _run_of(exemption: Exemption) -> str:
    """The run whose changes an exception is about: a rollback of a plan file only knows its own."""
    return exemption.undoes or exemption.id


def _out_of(entries: Sequence[Mapping[str, Any]], exemption: Exemption) -> Exemption:
    run = _run_of(exemption)
    try:
        made = made_by(entries, run)
    except SyncerError:
        return exemption
    commits = (mapping(each.get("origin")).get("commit") for each in entries if each.get("run") == run)
    back = exemption.kind != STOP and not exemption.undoes
    commit = (
        next((each for each in commits if each and isinstance(each, str)), "") if exemption.undoes else ""
    )
    return replace(exemption, commit=commit, images=_images(exemption, made, back=back))


def _images(exemption: Exemption, made: Iterable[Image], *, back: bool) -> tuple[RuleImage, ...]:
    """The images of its queues; with ``back``, those of the undo."""
    return tuple(
        RuleImage(
            each.queue,
            each.queue_name,
            each.after if back else each.before,
            each.before if back else each.after,
        )
        for each in made
        if (each.before or each.after) and (exemption.kind == STOP or each.queue in exemption.queues)
    )
