"""Names that went from one queue to another between a saved plan and now."""

from collections.abc import Iterator, Mapping

from syncer.model.finding import quoted
from syncer.model.plan import Plan


def moved_names(saved: Plan, fresh: Plan) -> Iterator[str]:
    """One line for each name that another queue has by now, as far as a change of either plan mentions one
    of the two."""
    before, after = _names_by_id(saved), _names_by_id(fresh)
    now: dict[str, list[str]] = {}
    for id_, name in after.items():
        now.setdefault(name, []).append(id_)
    spoken_of = {*_spoken_of(saved), *_spoken_of(fresh)}
    for old, name in sorted(before.items(), key=lambda item: (item[1], item[0])):
        new = [id_ for id_ in now.get(name, ()) if before.get(id_) != name]
        if after.get(old) != name and new and spoken_of & {old, *new}:
            yield (
                f"the name {quoted(name)} was that of {old}, and now belongs to {' and '.join(new)}; "
                f"{_whereabouts(old, after)}"
            )


def _whereabouts(id_: str, names: Mapping[str, str]) -> str:
    return f"{id_} is now called {quoted(names[id_])}" if id_ in names else f"{id_} is not listed any more"


def _names_by_id(plan: Plan) -> dict[str, str]:
    """The name of every queue that the plan saw."""
    return {
        **{each.queue: each.name for each in plan.live},
        **{each.queue: each.name for each in plan.untouched},
        **{each.queue: each.name for each in plan.changes},
    }


def _spoken_of(plan: Plan) -> Iterator[str]:
    """The queues that change, and those that their rules lead to."""
    for change in plan.changes:
        yield change.queue
        yield from (rule.target for rule in change.rules)
