"""Which queues somebody means who types a part of a name, and names that are near where there is none."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from syncer.errors import WrongUsage
from syncer.model.finding import quoted
from syncer.model.queue import Nearest, fits

_MOST_OFFERED = 5


def queues_meant(wanted: str, names: Mapping[str, str], where: str) -> tuple[str, ...]:
    """The ids of the queues that ``wanted`` means: an id, a name, a glob, or the beginning of one name alone.

    ``names`` are those of all queues by id; capitals count only where nothing else tells two names apart.
    Raises WrongUsage that offers near names where it means none, or the beginning of several; ``where`` they
    were looked for is said.
    """
    exact = tuple(id_ for id_, name in names.items() if wanted in (id_, name))
    if exact:
        return exact
    globbed = tuple(id_ for id_, name in names.items() if fits(name, (wanted,)) or fits(id_, (wanted,)))
    if globbed:
        return globbed
    for folded in (False, True):
        found = [
            id_ for id_, name in names.items() if _plain(name, folded).startswith(_plain(wanted, folded))
        ]
        if len({names[id_] for id_ in found}) == 1:
            return tuple(found)
        if found:
            raise _several(wanted, [names[id_] for id_ in found])
    raise _none(wanted, names.values(), where)


def _plain(name: str, folded: bool) -> str:
    return name.casefold() if folded else name


def _several(wanted: str, found: Iterable[str]) -> WrongUsage:
    names = sorted(set(found))
    more = f" and {len(names) - _MOST_OFFERED} more" if len(names) > _MOST_OFFERED else ""
    listed = ", ".join(map(quoted, names[:_MOST_OFFERED]))
    return WrongUsage(
        f"{quoted(wanted)} is the start of {len(names)} names",
        hint=f"They are {listed}{more}. Type more of it, or a glob for all: {quoted(wanted + '*')}.",
    )


def did_you_mean(wanted: str, known: Iterable[str]) -> str:
    """`` Did you mean 'prod'?``: the name that may be meant, to be put behind a sentence; empty where none is
    near."""
    near = Nearest(known).find(wanted)
    return f" Did you mean {quoted(near)}?" if near else ""


def near_names(wanted: str, names: Iterable[str]) -> list[str]:
    """A few names that may be meant: the nearest, those that hold the text, those that are alike."""
    every = sorted(set(names))
    near = Nearest(every).find(wanted)
    inside = [name for name in every if wanted.casefold() in name.casefold()]
    folded = {name.casefold(): name for name in every}
    alike = [folded[each] for each in get_close_matches(wanted.casefold(), folded, _MOST_OFFERED, 0.6)]
    return list(dict.fromkeys([*([near] if near else []), *inside, *alike]))[:_MOST_OFFERED]


def _none(wanted: str, names: Iterable[str], where: str) -> WrongUsage:
    offered = near_names(wanted, names)
    said = f"Similar names: {', '.join(map(quoted, offered))}." if offered else "No name is similar."
    return WrongUsage(
        f"{where} has no queue {quoted(wanted)}", hint=f"{said} A glob is fine, such as 'Sales*'."
    )
