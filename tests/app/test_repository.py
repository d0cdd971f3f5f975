"""The files of a policy repository: its beginning, its environments, its schemas."""

from pathlib import Path

import pytest

from syncer.app import PolicySource, environments, init, schema, schemas, validate
from syncer.errors import ConfigError, Refused, WrongUsage
from tests.program import Program


def test_a_repository_begins_and_its_schemas_are_known(tmp_path: Path) -> None:
    written = init(tmp_path / "new")
    assert written
    assert all(path.is_file() for path in written)
    assert 0 == validate(PolicySource(tmp_path / "new" / "policies")).exit_code
    found = environments(tmp_path / "new" / "policies").view
    assert found is not None
    assert "policy.v1.schema.json" in schemas()
    assert schema("policy.v1") == schema("policy.v1.schema.json")
    with pytest.raises(WrongUsage, match="there is no schema nothing"):
        schema("nothing")


def test_what_is_there_is_not_written_over(tmp_path: Path) -> None:
    init(tmp_path)
    with pytest.raises(Refused, match="exists"):
        init(tmp_path)


def test_a_valid_repository_is_counted(program: Program) -> None:
    report = validate(PolicySource())
    assert report.view is not None
    assert (0, 1, 3, 2) == (report.exit_code, report.view.files, report.view.queues, report.view.rules)


def test_policies_are_checked_in_every_environment_unless_one_is_meant(program: Program) -> None:
    small = {"queues": [{"queue": "Back", "capacity": 1}]}
    program.write_settings(environments={"prod": {}, "small": small})
    assert 0 == validate(PolicySource(environment="prod")).exit_code
    found = {
        name: [each.id for each in validate(PolicySource(environment=name)).findings]
        for name in ("prod", "small")
    }
    assert found["prod"] != found["small"]
    assert set(found["small"]) <= {each.id for each in validate(PolicySource()).findings}


def test_environments_have_the_order_of_the_settings(program: Program) -> None:
    program.write_settings(environments={"test": {}, "prod": {"region": "eu-central-1"}})
    found = environments(Path("policies")).view
    assert found is not None
    assert [("test", ""), ("prod", "eu-central-1")] == [
        (each.name, each.region) for each in found.environments
    ]
    program.write_settings(environments={"prod": {"region": "user:s3cret@nowhere"}})
    with pytest.raises(ConfigError) as caught:
        environments(Path("policies"))
    assert "s3cret" not in caught.value.message + caught.value.hint
