"""Names of queues: which one fits a glob, and which one was probably meant.

In a glob ``*`` is any text, ``?`` one character, ``[…]`` one of some; capitals count. A name fits itself:
``Sales [EU]`` means the queue of that name too, not only ``Sales E`` and ``Sales U``.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from difflib import SequenceMatcher
from fnmatch import fnmatchcase
from itertools import islice
from typing import Final

_MOST_CANDIDATES: Final = 20
_MOST_LOOKED_AT: Final = 2_000
_MOST_CHARACTERS: Final = 256
_ALIKE: Final = 0.6


def fits(name: str, globs: Iterable[str]) -> bool:
    """Whether ``name`` fits one of the globs."""
    return any(name == glob or fnmatchcase(name, glob) for glob in globs)


class Nearest:
    """Finds near names by the groups of three letters they share, the rarest first."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = tuple(dict.fromkeys(names))
        self._by_group: dict[str, list[int]] = defaultdict(list)
        for place, name in enumerate(self._names):
            for group in _groups(name):
                self._by_group[group].append(place)

    def find(self, name: str) -> str:
        """The known name nearest to ``name``, another than itself; empty when none is near."""
        wanted = _plain(name)
        best, best_ratio = "", _ALIKE
        matcher = SequenceMatcher(b=wanted, autojunk=False)
        for candidate in self._candidates(name):
            matcher.set_seq1(_plain(candidate))
            if candidate == name or matcher.quick_ratio() <= best_ratio:
                continue
            ratio = matcher.ratio()
            if ratio > best_ratio:
                best, best_ratio = candidate, ratio
        return best

    def _candidates(self, name: str) -> list[str]:
        lists = (self._by_group[group] for group in _groups(name) if group in self._by_group)
        rarest_first = sorted(lists, key=len)
        places = (place for places in rarest_first for place in places)
        shared = Counter(islice(places, _MOST_LOOKED_AT))
        return [self._names[place] for place, _ in shared.most_common(_MOST_CANDIDATES)]


def _plain(name: str) -> str:
    """What two spellings of one name have in common."""
    return " ".join(name.casefold().replace("_", " ").replace("-", " ").split())[:_MOST_CHARACTERS]


def _groups(name: str) -> list[str]:
    padded = f"  {_plain(name)} "
    return list(dict.fromkeys(padded[place : place + 3] for place in range(len(padded) - 2)))
