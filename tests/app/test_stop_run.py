"""What a stop reads from disk."""

from pathlib import Path

import pytest

from syncer.app import LiveTarget, PolicySource, Session
from syncer.app.options import StopOptions
from syncer.app.stop_run import disk_as_far, refuse_unsaid
from syncer.errors import ConfigError, WrongUsage
from syncer.model.settings import Settings
from tests.program import Program

SOURCE = PolicySource()


def test_without_a_folder_settings_are_defaults(tmp_path: Path) -> None:
    session = Session(environ={})
    disk = disk_as_far(PolicySource(tmp_path / "nowhere"), LiveTarget(), session)
    assert (Settings(), (), []) == (disk.settings, disk.policies.queues, session.warnings)
    with pytest.raises(WrongUsage, match="no environment 'prod'"):
        disk_as_far(PolicySource(tmp_path / "nowhere", environment="prod"), LiveTarget(), session)


def test_what_can_be_read_counts(program: Program) -> None:
    session = Session(environ={})
    assert 3 == len(disk_as_far(SOURCE, LiveTarget(), session).policies.queues)
    program.write_settings(environments={"prod": {"region": "eu-central-1"}})
    disk = disk_as_far(PolicySource(environment="prod"), LiveTarget(), session)
    assert ("prod", 3) == (disk.settings.environment.name, len(disk.policies.queues))
    (program.folder / "policies" / "all.yaml").write_text("queues: [")
    broken = disk_as_far(PolicySource(environment="prod"), LiveTarget(), session)
    assert ("prod", 0) == (broken.settings.environment.name, len(broken.policies.queues))
    assert ["the policies in policies can't be read: no capacity is known"] == session.warnings


def test_broken_settings_need_the_organization_to_be_named(program: Program) -> None:
    (program.folder / "policies" / "settings.yaml").write_text("pace: [")
    session = Session(environ={})
    with pytest.raises(ConfigError, match="the organization is not known"):
        disk_as_far(SOURCE, LiveTarget(), session)
    assert Settings() == disk_as_far(SOURCE, LiveTarget(region="eu-central-1"), session).settings
    assert 1 == len(session.warnings)


@pytest.mark.parametrize("name", ["SYNCER_API_URL", "GENESYSCLOUD_GATEWAY_HOST", "GENESYSCLOUD_REGION"])
def test_with_broken_settings_a_variable_names_the_organization(program: Program, name: str) -> None:
    (program.folder / "policies" / "settings.yaml").write_text("pace: [")
    session = Session(environ={name: "eu-central-1"})
    disk = disk_as_far(PolicySource(environment="production/eu"), LiveTarget(), session)
    assert "production/eu" == disk.settings.environment.name
    assert ["the settings in policies can't be read: defaults are used"] == session.warnings


def test_why_has_to_be_said() -> None:
    refuse_unsaid(StopOptions(reason="flooded"))
    with pytest.raises(WrongUsage, match="needs a reason"):
        refuse_unsaid(StopOptions(reason=" "))
