"""What of a network is drawn: danger, change and what is beside them, or the queues around some."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from syncer.errors import WrongUsage
from syncer.model.lookup import queues_meant
from syncer.report.picture.model import Box, Picture

MOST_BOXES: Final = 150
"""More than these nobody reads in one drawing."""

MOST_BESIDE: Final = 12
"""So many neighbors of one queue that have nothing to do with the change."""


def around_the_change(picture: Picture, most: int = MOST_BOXES) -> Picture:
    """Loops, what the change causes, and what of it was not done; queues that change and both ends of rules
    that do; their neighbors, managed ones and large loads first. At most so many boxes, in this order; the
    rest is counted."""
    danger = {box.key for box in picture.boxes if (box.caused and box.badge) or box.undone}
    looped = {
        end
        for link in picture.links
        if link.key in picture.looped or link.key in picture.looped_before
        for end in (link.source, link.target)
    }
    changing = {end for link in picture.links if link.action for end in (link.source, link.target)}
    changed = {box.key for box in picture.boxes if box.changed} | changing
    rank = _ranks(picture)
    drawn = dict.fromkeys(key for keys in (danger, looped, changed) for key in _sorted(keys, rank))
    drawn |= dict.fromkeys(_sorted(_beside(picture, drawn, rank), rank))
    return picture.only(list(drawn)[:most])


def _beside(picture: Picture, keys: Iterable[str], rank: Mapping[str, int]) -> set[str]:
    """The neighbors of these queues, but of one with very many those with the largest loads."""
    found = set(keys)
    beside: dict[str, set[str]] = {key: set() for key in found}
    for link in picture.links:
        for one, other in ((link.source, link.target), (link.target, link.source)):
            if one in beside and other not in found:
                beside[one].add(other)
    return {key for others in beside.values() for key in _sorted(others, rank)[:MOST_BESIDE]}


def neighbors(picture: Picture, keys: Iterable[str]) -> set[str]:
    """The queues one link away from these, and these."""
    near = set(keys)
    return near.union(
        *({link.source, link.target} for link in picture.links if {link.source, link.target} & near)
    )


def _ranks(picture: Picture) -> dict[str, int]:
    """How important each queue is, the most important first: managed ones, then large loads."""

    def order(box: Box) -> tuple[bool, float, str, str]:
        return (not box.managed, -box.offered, box.name, box.key)

    return {box.key: place for place, box in enumerate(sorted(picture.boxes, key=order))}


def _sorted(keys: Iterable[str], rank: Mapping[str, int]) -> list[str]:
    return sorted((key for key in keys if key in rank), key=rank.__getitem__)


def focused(picture: Picture, wanted: Sequence[str], depth: int) -> Picture:
    """The queues that are meant (ids, names, globs, or the beginning of one name alone), and those at most
    ``depth`` links away from one. Raises WrongUsage, with near names, where none is meant."""
    names = {box.key: box.name for box in picture.boxes}
    if not names:
        raise WrongUsage("there is no queue to draw", hint="Do the policies describe any?")
    keys = {key for each in wanted for key in queues_meant(each, names, "the network")}
    for _ in range(depth):
        keys = neighbors(picture, keys)
    return picture.only(keys)
