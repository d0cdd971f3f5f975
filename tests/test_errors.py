"""Errors: the tree that the documentation draws, their exit codes, and what is made of any other."""

import re
from collections.abc import Iterator

import pytest

from syncer import errors
from syncer.errors import (
    ApiError,
    ConfigError,
    Defect,
    NotSent,
    Refused,
    SyncerError,
    explained,
    is_interrupt,
)

CODES_END = 38
"""The column behind the exit codes in the drawing."""


def drawn() -> Iterator[tuple[str, str, int | None]]:
    """Each error of the drawing: its name, that of the one above, and its exit code where it is written."""
    above: dict[int, str] = {}
    for line in (errors.__doc__ or "").splitlines():
        if match := re.match(r"    ([ │├└─]*)([A-Z]\w+) *(\d+)?$", line[:CODES_END].rstrip()):
            depth, name = len(match[1]) // 4, match[2]
            above[depth] = name
            yield name, above.get(depth - 1, ""), int(match[3]) if match[3] else None


def below(kind: type[SyncerError]) -> Iterator[type[SyncerError]]:
    for each in kind.__subclasses__():
        if each.__module__ == errors.__name__:
            yield each
            yield from below(each)


def test_the_tree_is_the_one_that_is_drawn() -> None:
    found = {each.__name__: each.__bases__[0].__name__ for each in below(SyncerError)}
    assert found == {name: above for name, above, _ in drawn() if above}


def test_exit_codes_are_those_of_the_drawing() -> None:
    codes = {name: code for name, _, code in drawn() if code is not None}
    assert codes == {name: getattr(errors, name).exit_code for name in codes}
    assert {1, 3, 4, 5, 64, 130} == set(codes.values())


def test_an_error_explains_itself() -> None:
    error = Refused("too much", hint="Less.")
    assert ("too much", "too much", "Less.") == (str(error), error.message, error.hint)
    answer = ApiError("no", status=400, code="bad", correlation_id="c", hint="Ask.")
    assert (400, "bad", "c", "Ask.") == (answer.status, answer.code, answer.correlation_id, answer.hint)
    assert (True, False) == (answer.reached, NotSent("no").reached)


def test_ctrl_c_is_seen_behind_what_stumbles_over_it() -> None:
    try:
        try:
            raise KeyboardInterrupt
        finally:
            raise RuntimeError("half a step")
    except RuntimeError as error:
        assert is_interrupt(error)
    assert not is_interrupt(RuntimeError())
    assert not is_interrupt(None)


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (PermissionError(13, "denied", "/a/file"), ConfigError, "/a/file can't be used: permission denied"),
        (OSError(36, "File name too long", "x/y"), ConfigError, "x/y can't be used: file name too long"),
        (OSError(5, "Input/output error"), Defect, "this is a defect of syncer: OSError: "),
        (PermissionError(), Defect, "this is a defect of syncer: PermissionError: "),
        (
            ModuleNotFoundError("no", name="yaml"),
            ConfigError,
            "the Python package of yaml is not installed",
        ),
        (ModuleNotFoundError("no", name="syncer.x"), Defect, "defect of syncer: ModuleNotFoundError: no"),
        (ZeroDivisionError("by zero"), Defect, "this is a defect of syncer: ZeroDivisionError: by zero"),
    ],
)
def test_what_nobody_raised_on_purpose_is_explained(
    error: Exception, kind: type[SyncerError], words: str
) -> None:
    found = explained(error)
    assert (kind, True) == (type(found), words in found.message)
    assert found.hint
