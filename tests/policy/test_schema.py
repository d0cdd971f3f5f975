"""The schemas of policies and settings, and what their validation gives."""

import json
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from syncer.errors import ConfigError
from syncer.kinds.activation_rule import ActivationRule
from syncer.kinds.backup import BackupRule
from syncer.kinds.conditional_groups import GroupRule
from syncer.kinds.overflow import OverflowRule
from syncer.kinds.registry import POLICY_KINDS
from syncer.model.settings import (
    AuditSettings,
    Environment,
    Freeze,
    Ignore,
    Ownership,
    Pace,
    Retries,
    Safety,
    Settings,
    Variables,
)
from syncer.policy.schema import (
    POLICY,
    SETTINGS,
    is_moment,
    read_moment,
    schema_names,
    schema_text,
)


def load(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(schema_text(name))
    return schema


@pytest.mark.parametrize("name", [POLICY, SETTINGS])
def test_a_schema_is_valid_and_so_are_its_examples(name: str) -> None:
    schema = load(name)
    Draft202012Validator.check_schema(schema)
    assert name in schema_names()
    assert schema["$id"].startswith("urn:syncer:schema:")
    for part in (schema, *schema["$defs"].values()):
        validator = Draft202012Validator({**part, "$defs": schema["$defs"]})
        for example in part.get("examples", []):
            validator.validate(example)


@pytest.mark.parametrize("name", [POLICY, SETTINGS])
def test_an_editor_has_something_to_say_about_every_key(name: str) -> None:
    schema = load(name)
    for part in (schema, *schema["$defs"].values()):
        for key, own in part.get("properties", {}).items():
            target = own.get("$ref", "").rpartition("/")[2]
            described = {**schema["$defs"].get(target, {}), **own}
            assert described["title"], key
            assert described["description"], key


def test_an_unknown_schema() -> None:
    with pytest.raises(ConfigError, match=r"no schema \.\./nothing") as caught:
        schema_text("../nothing")
    assert POLICY in caught.value.hint


def test_the_schema_of_settings_says_what_the_code_says() -> None:
    properties, parts = load(SETTINGS)["properties"], load(SETTINGS)["$defs"]
    others = {"version", "checks", *(field.name for field in fields(Settings))}
    assert others - {"severities", "environment"} == set(properties)
    for section in (Pace(), Retries(), Safety(), Ownership(), AuditSettings()):
        assert is_dataclass(section)
        described = parts[type(section).__name__.lower().removesuffix("settings")]["properties"]
        defaults = {field.name: getattr(section, field.name) for field in fields(section) if field.compare}
        plain = {name: list(value) if isinstance(value, tuple) else value for name, value in defaults.items()}
        meant = {
            name: parts[part["$ref"][8:]] if "$ref" in part else part for name, part in described.items()
        }
        assert plain == {name: part["default"] for name, part in meant.items()}
    ignore = parts["ignore"]["properties"]
    assert {field.name for field in fields(Ignore)} - {"position"} == set(ignore)
    rules = (
        *(OverflowRule("b"), BackupRule("b")),
        *(GroupRule(1, "", "", "", 0.0, 0, ()), ActivationRule(1, 0)),
    )
    fields_of_rules = {field for rule in rules for field in rule.values()} - {"queue"}
    assert fields_of_rules | set(POLICY_KINDS) == set(ignore["fields"]["items"]["enum"])
    assert {field.name for field in fields(Freeze)} == set(parts["freeze"]["properties"])
    assert {field.name for field in fields(Variables)} == set(parts["credentials"]["properties"])
    sections = {"checks", "pace", "retries", "looks", "safety", "webhook", "drift"} | {
        "dialect",
        "ignore",
        "ownership",
        "audit",
    }
    own = {field.name for field in fields(Environment)} - {"name", "variables", "overrides"}
    assert own | sections | {"credentials", "queues"} == set(parts["environment"]["properties"])


def test_moments() -> None:
    assert datetime(2026, 12, 24, 18, tzinfo=UTC) == read_moment("2026-12-24t19:00:00.000+01:00")
    for text in ("2026-12-24", "2026-12-24T19:00:00", "2026-13-01T00:00:00Z", "2026-12-24T19:00Z"):
        assert not is_moment(text)
        with pytest.raises(ValueError):
            read_moment(text)
