"""What a rollback takes from files that are broken or gone."""

import pytest

from syncer.app import PolicySource
from syncer.app.rollback_files import files_for_undo
from syncer.errors import WrongUsage
from tests.program import Program

PROD = PolicySource(environment="prod")


def test_whole_files_are_taken_as_they_are(program: Program) -> None:
    found = files_for_undo(PolicySource())
    assert ((), 3) == (found.warnings, len(found.disk.policies.queues))


def test_a_broken_file_leaves_the_others(program: Program) -> None:
    (program.folder / "policies" / "more.yaml").write_text("queues: [\n")
    found = files_for_undo(PolicySource())
    assert (3, ()) == (len(found.disk.policies.queues), found.disk.findings)
    (warning,) = found.warnings
    assert warning.startswith("the policies can't be read: policies/more.yaml:")
    assert warning.endswith("The rollback continues: the capacities and loads in them are not known")


def test_broken_settings_are_defaults_for_the_environment_that_is_meant(program: Program) -> None:
    (program.folder / "policies" / "settings.yaml").write_text("version: 7\n")
    found = files_for_undo(PROD)
    assert ("prod", ()) == (
        found.disk.settings.environment.name,
        found.disk.settings.safety.protected,
    )


def test_settings_with_a_slip_elsewhere_keep_what_they_say(program: Program) -> None:
    """A freeze that ends before it starts: all else could be read."""
    moment = "2026-01-01T00:00:00Z"
    freeze = {"start": moment, "end": moment, "reason": "none"}
    program.write_settings(
        safety={"protected": ["Front"], "freeze": [freeze]}, environments={"prod": {"region": "eu-west-1"}}
    )
    found = files_for_undo(PROD)
    assert (("Front",), "eu-west-1") == (
        found.disk.settings.safety.protected,
        found.disk.settings.environment.region,
    )


def test_a_folder_that_is_gone_is_a_warning(program: Program) -> None:
    found = files_for_undo(PolicySource(folder=program.folder / "gone", environment="prod"))
    assert ("prod", 1) == (
        found.disk.settings.environment.name,
        len(found.warnings),
    )


def test_settings_that_know_no_such_environment_are_wrong_usage(program: Program) -> None:
    with pytest.raises(WrongUsage, match="the settings have no environment 'prod'"):
        files_for_undo(PROD)
