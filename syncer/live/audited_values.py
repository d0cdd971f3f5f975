"""Whether the JSON of a queue has the values that somebody set according to the organization's audit.

The audit has values as texts: nothing for null, one for each entry of a list, JSON for objects; the exact
form isn't documented. So values are compared in every known form. A value that can't be compared counts as
missing: a false warning is better than a lost edit.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from copy import deepcopy
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from syncer.errors import BadAnswer
from syncer.live.wire import RULE_FIELDS, VOLATILE, read_queue, rule_field_names
from syncer.model.audited import PropertyChange
from syncer.model.json_reader import JsonError, parsed
from syncer.model.json_values import one_line
from syncer.model.rule import mean_the_same

_STEP: Final = re.compile(r"[^.\[\]]+")
_NOTHING: Final = frozenset({"", "null", "none"})
_NO_SETTING: Final = frozenset(name.casefold() for name in (*VOLATILE, "dateCreated", "createdBy", "id"))


def steps_of(path: str) -> tuple[str, ...]:
    """``a.b[0].c`` as a list of names and indexes."""
    return tuple(_STEP.findall(path))


def is_setting(change: PropertyChange) -> bool:
    """Whether it is about something that people set: dates and counts move by themselves."""
    return change.property.casefold() not in _NO_SETTING


def value_at(queue: Mapping[str, Any], path: str) -> Any:
    """What a queue has at a path, in whatever case its names are; None where it has nothing there."""
    found: Any = queue
    for step in steps_of(path):
        found = _inside(found, step)
    return found


def _inside(value: Any, step: str) -> Any:
    if isinstance(value, Mapping):
        names = {str(name).casefold(): name for name in value}
        return value.get(names.get(step.casefold(), step))
    if isinstance(value, list) and step.isascii() and step.isdigit() and len(step) < 7:
        return value[int(step)] if int(step) < len(value) else None
    return None


def holds(queue: Mapping[str, Any], change: PropertyChange) -> bool:
    """Whether ``queue`` has the new values of ``change``."""
    if not steps_of(change.property):
        return False
    return _are(value_at(queue, change.property), change.new)


def means(queue: Mapping[str, Any], change: PropertyChange) -> bool:
    """Whether ``queue`` has the new values of ``change``, or rules that mean the same."""
    if holds(queue, change):
        return True
    theirs = with_values(queue, [change]) if is_of_rules(change) else None
    try:
        both = [read_queue(each) for each in (queue, theirs) if each is not None]
    except BadAnswer:
        return False
    if theirs is None or both[-1].problems or not mean_the_same(both[0].rules, both[-1].rules):
        return False
    field = _name_in(theirs, _field(change))
    return _within(theirs.get(field), queue.get(field))


def _within(theirs: Any, ours: Any) -> bool:
    """Whether ours has all of their values; the ids that the server gives to rules don't count."""
    if isinstance(theirs, Mapping) and isinstance(ours, Mapping):
        said = {name: value for name, value in theirs.items() if not _is_nothing(value)}
        if not said.keys() <= _OF_REFERENCE:
            said.pop("id", None)
        return all(_within(value, ours.get(name)) for name, value in said.items())
    if isinstance(theirs, list) and isinstance(ours, list):
        return _pair_off(theirs, ours, _within)
    return _form(theirs) == _form(ours)


def is_of_rules(change: PropertyChange) -> bool:
    """Whether it is about a field with rules."""
    return _field(change) in {name.casefold() for name in RULE_FIELDS}


def is_of_kinds(change: PropertyChange, kinds: Collection[str]) -> bool:
    """Whether it is about a field with rules of these kinds."""
    return _field(change) in {name.casefold() for name in rule_field_names(kinds)}


def _field(change: PropertyChange) -> str:
    return next(iter(steps_of(change.property)), "").casefold()


def with_values(queue: Mapping[str, Any], changes: Sequence[PropertyChange]) -> dict[str, Any] | None:
    """A copy of ``queue`` with the new values of ``changes`` set; None if that is not certain."""
    made = deepcopy(dict(queue))
    for change in changes:
        *way, last = steps_of(change.property) or ("",)
        place: Any = made
        for step in way:
            place = place.setdefault(_name_in(place, step), {}) if isinstance(place, dict) else None
        if not isinstance(place, dict):
            return None
        name = _name_in(place, last)
        value, now = _value_of(change.new, name, place.get(name)), place.get(name)
        if _holds_objects(now) and value is not None and not _holds_objects(value):
            return None
        if value is None:
            place.pop(name, None)
        else:
            place[name] = value
    return made if all(holds(made, change) for change in changes) else None


def _holds_objects(value: Any) -> bool:
    """Whether a value is a list of objects alone, such as rules."""
    return isinstance(value, list) and bool(value) and all(isinstance(each, Mapping) for each in value)


def _name_in(place: Mapping[str, Any], step: str) -> str:
    """The name of a member in its own case."""
    return next((str(name) for name in place if str(name).casefold() == step.casefold()), step)


def _value_of(texts: Sequence[str], name: str, now: Any) -> Any:
    """Texts of the audit as a value of JSON; ids and values that are strings now stay strings."""
    wanted = [text for text in texts if text.strip().casefold() not in _NOTHING]
    if not wanted:
        return None
    if isinstance(now, str) or name.casefold().endswith("id"):
        return wanted[0] if len(wanted) == 1 else list(wanted)
    values = [_read(text) for text in wanted]
    many = len(values) > 1 or isinstance(now, list) or name.casefold().endswith("s")
    return values if many and not isinstance(values[0], list | bool | int | float | Decimal) else values[0]


def shown_value(queue: Mapping[str, Any], path: str) -> str:
    """What a queue has at a path, as text; empty for nothing."""
    found = value_at(queue, path)
    return "" if found is None else found if isinstance(found, str) else one_line(found)


def _are(value: Any, texts: Sequence[str]) -> bool:
    """Whether a value is what the audit has as ``texts``."""
    if isinstance(value, str) and value and texts:
        return len(texts) == 1 and value in (texts[0], _read(texts[0]))
    wanted = [text for text in texts if text.strip().casefold() not in _NOTHING]
    if _is_nothing(value):
        return not wanted or (len(wanted) == 1 and _is_nothing(_read(wanted[0])))
    if len(wanted) == 1 and _is_as(value, wanted[0]):
        return True
    if isinstance(value, list):
        return any(_are_entries(value, each) for each in (wanted, texts))
    return False


def _is_as(value: Any, text: str) -> bool:
    """Whether a non-empty value equals one text."""
    if isinstance(value, bool):
        return text.strip().casefold() == str(value).casefold()
    if isinstance(value, str):
        return value in (text, _read(text))
    form = _form(value)
    return form == _form(_read(text)) or form == ("text", text)


def _are_entries(value: Sequence[Any], texts: Sequence[str]) -> bool:
    """Whether the entries of a list equal the texts, in order if the order matters."""
    if len(value) != len(texts):
        return False
    if _is_ordered(value):
        return all(map(_is_as, value, texts))
    return _pair_off(texts, value, lambda text, each: _is_as(each, text))


def _pair_off(wanted: Sequence[Any], there: Sequence[Any], fits: Callable[[Any, Any], bool]) -> bool:
    """Whether the entries match one to one, in any order."""
    left = list(there)
    for one in wanted:
        place = next((place for place, each in enumerate(left) if fits(one, each)), None)
        if place is None:
            return False
        del left[place]
    return not left


def _is_ordered(entries: Sequence[Any]) -> bool:
    """Whether the order of entries matters: that of words, references and overflow rules doesn't."""
    objects = [each for each in entries if isinstance(each, Mapping)]
    return not all(_is_reference(each) or "overflowtarget" in map(str.casefold, each) for each in objects)


def _is_reference(value: Mapping[str, Any]) -> bool:
    names = {str(name).casefold() for name, entry in value.items() if not _is_nothing(entry)}
    return "id" in names and names <= _OF_REFERENCE


def _is_nothing(value: Any) -> bool:
    """Whether a value is none: what is null, not there or empty means the same to the server."""
    return value is None or value in ("", [], {})


def _read(text: str) -> Any:
    """A text of the audit as a value: JSON, or itself."""
    try:
        return parsed(text.encode("utf-8", "surrogatepass"))
    except JsonError:
        return text


def _form(value: Any) -> Hashable:
    """A value in the form in which two are compared: numbers by value, texts by their characters, references
    by their ids, without null members, lists in order if the order matters."""
    if isinstance(value, bool) or value is None:
        return str(value).casefold()
    if isinstance(value, int | float | Decimal):
        return ("number", _number(str(value)))
    if isinstance(value, str):
        return ("text", value)
    if isinstance(value, list):
        forms = tuple(map(_form, value))
        return forms if _is_ordered(value) else frozenset(Counter(forms).items())
    if isinstance(value, Mapping):
        if _is_reference(value):
            return ("text", next(entry for name, entry in value.items() if name.casefold() == "id"))
        members = {str(name).casefold(): entry for name, entry in value.items() if not _is_nothing(entry)}
        return frozenset((name, _form(entry)) for name, entry in members.items())
    return repr(value)


_OF_REFERENCE: Final = frozenset({"id", "name", "selfuri", "type", "membercount"})
"""The id of a reference to another object, which is enough."""


def _number(text: str) -> str:
    """A number by value."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    return str(number.normalize()) if number.is_finite() else text
