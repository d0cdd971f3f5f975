"""Pinned packages as data, and what of them a pip before 23.3 would look up by itself."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name

Pins = Mapping[NormalizedName, Requirement]


def pins_of(lines: Iterable[str]) -> Pins:
    """The pinned requirements among the lines of a file, by name; hashes and remarks are left out."""
    found = [line.rstrip("\\ \n") for line in lines if re.match(r"\w", line)]
    return {canonicalize_name(each.name): each for each in map(Requirement, found)}


def needs(pin: Requirement, requires: Iterable[str]) -> Iterator[Requirement]:
    """What ``pin`` needs on this machine, with its extras, of all that its metadata ``requires``."""
    for required in map(Requirement, requires):
        marker = required.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *pin.extras)):
            yield required


def pinned_without_their_extras(pins: Pins, requires: Callable[[str], Iterable[str]]) -> list[str]:
    """Each requirement with an extra of a pinned package that is pinned without it, in words.

    ``requires`` gives the requirements in the metadata of a package.
    """
    return [
        f"{pin.name} needs {needed}"
        for pin in pins.values()
        for needed in needs(pin, requires(pin.name))
        if (there := pins.get(canonicalize_name(needed.name))) and not needed.extras <= there.extras
    ]
