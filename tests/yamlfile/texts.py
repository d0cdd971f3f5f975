"""Pieces that a text which looks like YAML is made of, and the paths of what was read from one."""

from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

Path = tuple[str | int, ...]

WORDS = st.sampled_from(
    [*"[]{}:,-?!&*#|>'\"%@`\\~<\n\t ", "- ", ": ", "\n  ", "a", "&a", "*a", "<<: ", "5", "---\n"]
)


def paths(value: Any, path: Path = ()) -> Iterator[Path]:
    """The path of each value, and of one that is not there beside each."""
    yield from (path, (*path, "nowhere"), (*path, 99))
    if isinstance(value, dict | list):
        for step, below in value.items() if isinstance(value, dict) else enumerate(value):
            yield from paths(below, (*path, step))
