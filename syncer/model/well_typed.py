"""Whether values that were read back have the types that their dataclass says."""

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints


def well_typed(value: object, hint: Any = Any) -> bool:
    """Whether ``value`` is what ``hint`` says, and all of a dataclass what its own fields say.

    It knows the types that stand in the model. A whole number is a float too, a list of JSON a tuple; true is
    no number. What has the type of a protocol is a dataclass.
    """
    if is_dataclass(value) and not isinstance(value, type):
        hints = _hints(type(value))
        return all(well_typed(getattr(value, each.name), hints[each.name]) for each in fields(value))
    if hint is Any or hint is object:
        return True
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return any(well_typed(value, each) for each in arguments)
    if origin is tuple:
        return isinstance(value, tuple | list) and all(well_typed(each, arguments[0]) for each in value)
    if origin is not None and issubclass(origin, Mapping):
        return isinstance(value, Mapping) and all(
            well_typed(key, arguments[0]) and well_typed(each, arguments[1]) for key, each in value.items()
        )
    if isinstance(value, bool):
        return hint is bool
    if hint is float:
        return isinstance(value, int | float)
    return not getattr(hint, "_is_protocol", False) and isinstance(value, hint)


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)
