"""Values of the wire in the shape that is expected of them; what has another shape holds nothing."""

from collections.abc import Mapping
from typing import Any


def mapping(value: Any) -> Mapping[str, Any]:
    """``value`` where it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    """``value`` where it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def id_in(value: Any) -> str:
    """The id of an object that refers to something; empty where there is none that is a text."""
    found = mapping(value).get("id")
    return found if isinstance(found, str) else ""
