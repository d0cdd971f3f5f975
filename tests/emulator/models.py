"""The models of the official SDK, held strictly against JSON: known fields, right types, allowed words."""

import inspect
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

PLAIN: Mapping[str, tuple[type, ...]] = {"str": (str,), "int": (int,), "float": (int, float), "bool": (bool,)}


def misfits(sdk: Any, value: Any, type_: str, where: str = "$") -> Iterator[str]:
    """What of ``value``, parsed JSON, is not what the type of a field in the SDK says."""
    if value is None or type_ == "object":
        return
    if found := re.fullmatch(r"list\[(.+)\]", type_):
        if not isinstance(value, list):
            yield f"{where}: no list"
            return
        for place, entry in enumerate(value):
            yield from misfits(sdk, entry, found[1], f"{where}[{place}]")
    elif found := re.fullmatch(r"dict\(str, (.+)\)", type_):
        for key, entry in value.items():
            yield from misfits(sdk, entry, found[1], f"{where}.{key}")
    elif type_ in PLAIN:
        if not isinstance(value, PLAIN[type_]) or (isinstance(value, bool) and type_ != "bool"):
            yield f"{where}: {value!r} is no {type_}"
    elif type_ == "datetime":
        yield from _moment(value, where)
    else:
        yield from _model(sdk, value, getattr(sdk, type_), where)


def _moment(value: Any, where: str) -> Iterator[str]:
    try:
        datetime.fromisoformat(value)
    except (TypeError, ValueError):
        yield f"{where}: {value!r} is not a point in time"


def _model(sdk: Any, value: Any, model: Any, where: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{where}: {value!r} is no {model.__name__}"
        return
    empty = model()
    fields = {json_name: name for name, json_name in empty.attribute_map.items()}
    for key, entry in value.items():
        if key not in fields:
            yield f"{where}.{key}: {model.__name__} has no such field"
            continue
        yield from misfits(sdk, entry, empty.swagger_types[fields[key]], f"{where}.{key}")
        words = words_of(model, fields[key])
        if words and isinstance(entry, str) and entry.lower() not in map(str.lower, words):
            yield f"{where}.{key}: {entry!r} is none of {', '.join(words)}"


def words_of(model: Any, name: str) -> list[str]:
    """The words that the setter of a field allows."""
    source = inspect.getsource(getattr(model, name).fset)
    found = re.search(r"allowed_values = \[(.*?)\]", source, re.DOTALL)
    return re.findall(r"[\"'](.*?)[\"']", found[1]) if found else []
