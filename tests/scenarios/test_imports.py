"""The names of the use cases, each imported when it is asked for."""

import subprocess
import sys

import pytest

import syncer.app
import syncer.app.apply
from syncer.app import apply, plan
from syncer.app.apply import apply as applied


def test_every_name_is_there() -> None:
    assert [] == [name for name in syncer.app.__all__ if not callable(getattr(syncer.app, name))]


def test_a_use_case_has_the_name_of_its_module_whoever_is_first() -> None:
    assert applied is apply is syncer.app.apply
    code = (
        "import syncer.app.plan, syncer.app; print(syncer.app.plan.__qualname__);"
        "import syncer.app.session; print(type(syncer.app.session).__name__)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "plan\nmodule\n" == done.stdout
    assert "plan" == plan.__qualname__


def test_another_name_is_none_of_them() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        getattr(syncer.app, "nothing")  # noqa: B009
