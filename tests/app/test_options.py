"""What a use case is asked for: a value that is not allowed is an error at once."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from syncer.app.options import ExportOptions, RunOptions
from syncer.errors import WrongUsage


@pytest.mark.parametrize(
    ("kind", "values", "said"),
    [
        (RunOptions, {"on_failure": "rolback"}, "on_failure is 'rolback'"),
        (RunOptions, {"on_cut_off": "rollback"}, "on_cut_off is 'rollback'"),
        (RunOptions, {"parallel": 0}, "parallel is 0"),
        (RunOptions, {"parallel": 65}, "parallel is 65"),
        (RunOptions, {"watch": 0}, "watch is 0"),
        (RunOptions, {"watch": 61}, "watch is 61"),
        (ExportOptions, {"folder": Path(), "overwrite": True, "update": True}, "don't go together"),
    ],
)
def test_a_value_that_is_not_allowed_is_refused(
    kind: Callable[..., Any], values: dict[str, Any], said: str
) -> None:
    with pytest.raises(WrongUsage, match=said):
        kind(**values)


def test_the_limits_that_are_lifted_have_the_words_of_the_audit() -> None:
    assert () == RunOptions().overrides
    lifted = RunOptions(allow_mass_change=True, allow_protected=True, allow_frozen=True, allow_delete=True)
    assert (
        "--allow-mass-change",
        "--allow-protected",
        "--allow-frozen",
        "--allow-delete",
    ) == lifted.overrides
