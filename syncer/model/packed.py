"""A JSON object that is kept as its bytes."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from syncer.model.json_reader import parsed
from syncer.model.json_values import one_line


class Packed(Mapping[str, Any]):
    """A JSON object that is decoded when something of it is read.

    The JSON of a queue takes a tenth of the memory this way, and little of it is ever read. What it returns
    must not be changed.
    """

    __slots__ = ("_data",)

    def __init__(self, value: Mapping[str, Any]) -> None:
        self._data = one_line(dict(value)).encode("ascii")

    def __getitem__(self, key: str) -> Any:
        return _decoded(self._data)[key]

    def __iter__(self) -> Iterator[str]:
        return iter(_decoded(self._data))

    def __len__(self) -> int:
        return len(_decoded(self._data))

    def __repr__(self) -> str:
        return repr(_decoded(self._data))


@lru_cache(maxsize=64)
def _decoded(data: bytes) -> dict[str, Any]:
    """The object in ``data``; several values are mostly read of one queue in a row."""
    found: dict[str, Any] = parsed(data)
    return found
