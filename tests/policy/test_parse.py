"""From documents to policies and settings: every value at its place, in the types of the model."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.model.characters import INVISIBLE
from syncer.model.finding import Position, Severity
from syncer.model.policy import GroupRef, QueueRef
from syncer.model.queue import SKILL_GROUP, TEAM
from syncer.model.scenario import Assumed, Scenario
from syncer.model.settings import (
    AuditSettings,
    Environment,
    Freeze,
    Ignore,
    LookSettings,
    Override,
    Ownership,
    Pace,
    Retries,
    Safety,
    Settings,
    Share,
    Variables,
)
from syncer.policy.load import load_policies, load_settings
from syncer.policy.parse import parse_queues
from syncer.policy.schema import POLICY, validate
from syncer.yamlfile.document import parse
from tests.policy.texts import ENVIRONMENTS, write
from tests.stated import backed_by, groups_when, stated

MORE = """version: 1
queues:
  - queue: A
    backup: {queue: B, agent_wait: 90.0, wait_for_agent: true}
    conditional_groups:
      - metric: ServiceLevel
        operator: LessThan
        value: 80
        groups: [Night, {id: g-2}, {team: Night}]
      - {queue: {id: b-2}, metric: EstimatedWaitTime, operator: GreaterThan, value: 1.5, wait: 60,
         groups: [{skill_group: "No"}, Day]}
  - queue: B
    backup: null
    conditional_groups: []
  - queue: C
    overflow: []
    backup:
      queue: A
"""


def test_backup_queues_and_conditional_groups_with_their_places(tmp_path: Path) -> None:
    write(tmp_path, a=MORE)
    loaded = load_policies([tmp_path], tmp_path)
    a, b, c = loaded.policies.queues
    assert loaded.findings == ()
    night = (GroupRef("Night"), GroupRef(id="g-2"), GroupRef("Night", type=TEAM))
    day = (GroupRef("No", type=SKILL_GROUP), GroupRef("Day"))
    first, second = Position("a.yaml", 6, 9), Position("a.yaml", 10, 9)
    assert (
        stated(
            backed_by(QueueRef("B"), 90, True, Position("a.yaml", 4, 13)),
            groups_when("ServiceLevel", "LessThan", 80.0, 0, night, position=first),
            groups_when("EstimatedWaitTime", "GreaterThan", 1.5, 60, day, QueueRef(id="b-2"), second),
        )
        == a.stated
    )
    values = [each.rule.values() for each in a.rules]
    assert [int, float] == [type(values[0]["agent_wait"]), type(values[1]["value"])]
    assert {"backup": (), "conditional_groups": ()} == b.stated
    assert {
        "overflow": (),
        "backup": (backed_by(QueueRef("A"), position=Position("a.yaml", 18, 7)),),
    } == c.stated


def test_settings(tmp_path: Path) -> None:
    text = """version: 1
checks: {capacity.tight: off, capacity.saturated: error}
pace: {requests_per_second: 2, burst: 3.0}
retries: {attempts: 2, conflicts: 1, backoff: 1, backoff_max: 4}
looks: {max_age: 60}
safety:
  max_change_percent: 5
  max_delete_percent: 0
  from_rules: 3
  allow_delete: false
  protected: ["Emergency*"]
  freeze: [{start: 2026-12-24T00:00:00Z, end: "2026-12-27T00:00:00+00:00", reason: Peak}]
"""
    write(tmp_path, settings=text)
    loaded = load_settings(tmp_path, tmp_path)
    freeze = Freeze(datetime(2026, 12, 24, tzinfo=UTC), datetime(2026, 12, 27, tzinfo=UTC), "Peak")
    expected = Settings(
        {"capacity.tight": None, "capacity.saturated": Severity.ERROR},
        Pace(2.0, 3),
        Retries(2, 1, 1.0, 4.0),
        Safety(5.0, 0.0, 3, False, ("Emergency*",), (freeze,)),
        looks=LookSettings(60.0),
    )
    assert loaded.findings == ()
    assert repr(expected) == repr(loaded.settings)
    assert (Position("settings.yaml", 11, 15),) == loaded.settings.safety.places
    assert [file.path for file in loaded.files] == ["settings.yaml"]
    assert list(loaded.sources) == ["settings.yaml"]


NAMES = st.text(
    st.characters(
        exclude_categories=("Cc", "Cs"), exclude_characters="\ufeff\ufffe\uffff\u2028\u2029"
    ).filter(lambda character: not INVISIBLE.match(character)),
    min_size=1,
    max_size=30,
)


REFERENCES = st.one_of(NAMES, st.fixed_dictionaries({"id": NAMES}))


LOADS = st.one_of(st.integers(0, 10**9), st.floats(0, 10**9))


RULES = st.fixed_dictionaries(
    {"target": REFERENCES, "threshold": st.integers(0, 100)},
    optional={"delay": st.integers(0, 3600), "enabled": st.booleans()},
)


QUEUES = st.fixed_dictionaries(
    {"queue": REFERENCES},
    optional={
        "manage": st.booleans(),
        "capacity": LOADS,
        "base_load": LOADS,
        "agents": st.integers(1, 100_000),
        "aht": st.floats(0.001, 10**6),
        "overflow": st.lists(RULES, max_size=3),
    },
)


@given(st.lists(QUEUES, min_size=1, max_size=4))
def test_what_was_written_is_what_is_read(queues: list[dict[str, object]]) -> None:
    document = parse("p.yaml", json.dumps({"version": 1, "queues": queues}, ensure_ascii=False).encode())
    assert (document.findings, validate(document, POLICY)) == ((), ())
    assert queues == document.data["queues"]
    for written, read in zip(queues, parse_queues(document), strict=True):
        assert written["queue"] == (read.queue.name or {"id": read.queue.id})
        assert written.get("manage", True) == read.managed
        assert written.get("capacity") == read.capacity
        assert written.get("base_load", 0) == read.base_load
        assert (written.get("agents"), written.get("aht")) == (read.agents, read.aht)
        rules = [
            {
                "target": rule.target and (rule.target.name or {"id": rule.target.id}),
                **rule.rule.values(),
            }
            for rule in read.rules
        ]
        listed = written.get("overflow", [])
        assert isinstance(listed, list)
        assert rules == [{"delay": 0, "enabled": True, **rule} for rule in listed]


def test_environments(tmp_path: Path) -> None:
    write(tmp_path, settings=ENVIRONMENTS.replace("2026-12-24", "2026-12-28"))
    loaded = load_settings(tmp_path, tmp_path)
    assert loaded.findings == ()
    assert ("test", "prod") == loaded.settings.environments == tuple(loaded.environments)
    test, prod = loaded.environments["test"], loaded.environments["prod"]
    assert (Environment("test"), Pace(2.0, 3), "overflow-rules") == (
        test.environment,
        test.pace,
        test.dialect,
    )
    assert (Pace(2.0, 9), "genesys-cloud", 1) == (prod.pace, prod.dialect, len(prod.safety.freeze))
    at = Position("settings.yaml", 14, 9)
    share = Share(QueueRef("B"), 30, Position("settings.yaml", 16, 20))
    expected = Environment(
        "prod",
        "eu-central-1",
        "",
        "an-id",
        Variables(access_token="PROD_TOKEN"),
        (Override(QueueRef(id="x-1"), at, 90.0, None, (share,)),),
    )
    assert expected == prod.environment


def test_what_is_ignored_and_owned_in_an_environment(tmp_path: Path) -> None:
    text = """version: 1
ignore: [{queues: [A], reason: for all}]
ownership: {owner: us, take_over: [A]}
environments:
  as-all:
  none: {ignore: [], ownership: {release: true}}
  own:
    ignore:
      - queues: [B]
        fields: [delay]
    ownership: {owner: them}
"""
    write(tmp_path, settings=text)
    loaded = load_settings(tmp_path, tmp_path)
    assert () == loaded.findings
    own = {name: (each.ignore, each.ownership) for name, each in loaded.environments.items()}
    everywhere = (Ignore(("A",), (), "for all", Position("settings.yaml", 2, 10)),)
    delays = (Ignore(("B",), ("delay",), "", Position("settings.yaml", 9, 9)),)
    assert (everywhere, Ownership("us", take_over=("A",))) == own["as-all"]
    assert ((), Ownership("us", release=True, take_over=("A",))) == own["none"]
    assert (delays, Ownership("them", take_over=("A",))) == own["own"]
    assert (Position("settings.yaml", 3, 36),) == loaded.environments["own"].ownership.places


def test_scenarios_with_their_places(tmp_path: Path) -> None:
    text = """version: 1
scenarios:
  peak:
    load: 2
    outage: [A, {id: x-1}]
    queues:
      - {queue: B, load: 1.5, capacity: 40}
  calm: {}
environments: {prod: }
"""
    write(tmp_path, settings=text)
    loaded = load_settings(tmp_path, tmp_path)
    assert () == loaded.findings
    peak, calm = loaded.settings.scenarios
    assert (Scenario("calm"), loaded.settings.scenarios) == (calm, loaded.environments["prod"].scenarios)
    out = (Assumed(QueueRef("A"), out=True), Assumed(QueueRef(id="x-1"), out=True))
    assert Scenario("peak", 2.0, (*out, Assumed(QueueRef("B"), 1.5, 40.0))) == peak
    assert [(5, 14), (5, 17), (7, 9)] == [
        (each.position.line, each.position.column) for each in peak.queues if each.position
    ]


def test_a_list_of_an_environment_stands_there(tmp_path: Path) -> None:
    text = "version: 1\nsafety: {protected: [A]}\nenvironments:\n  own:\n    safety: {protected: [B, C]}\n"
    write(tmp_path, settings=text)
    own = load_settings(tmp_path, tmp_path).environments["own"].safety
    assert (("B", "C"), [(5, 26), (5, 29)]) == (
        own.protected,
        [(place.line, place.column) for place in own.places],
    )


AUDIT = """version: 1
audit: {issuer: "https://gitlab.example.com/git", audience: us, require: [ticket, reason],
        record_checks: true, identity: pseudonym}
environments:
  prod: {audit: {require: [merge_request, approver]}}
  sandbox: {audit: {require: []}}
  other:
"""


def test_an_environment_requires_what_it_says_in_place_of_the_file(tmp_path: Path) -> None:
    write(tmp_path, settings=AUDIT)
    loaded = load_settings(tmp_path, tmp_path)
    assert loaded.findings == ()
    expected = AuditSettings("https://gitlab.example.com/git", "us", ("ticket", "reason"), True, "pseudonym")
    assert expected == loaded.settings.audit == loaded.environments["other"].audit
    prod, sandbox = loaded.environments["prod"].audit, loaded.environments["sandbox"].audit
    assert replace(expected, require=("merge_request", "approver")) == prod
    assert replace(expected, require=()) == sandbox


@pytest.mark.parametrize(
    "audit",
    [
        "issuer: http://gitlab.example.com",
        "issuer: https://ann:secret@gitlab.example.com",
        'issuer: "https://gitlab.example.com?x=1"',
        'issuer: "https://gitlab.example.com#x"',
        "issuer: gitlab.example.com",
        'audience: ""',
        "require: [boss]",
        "identity: name",
        "anchor: here",
    ],
)
def test_settings_of_the_audit_that_are_refused(audit: str, tmp_path: Path) -> None:
    write(tmp_path, settings=f"version: 1\naudit: {{{audit}}}\n")
    assert [Severity.ERROR] == [found.severity for found in load_settings(tmp_path, tmp_path).findings]


def test_an_environment_has_no_issuer_of_its_own(tmp_path: Path) -> None:
    write(
        tmp_path, settings="version: 1\nenvironments: {a: {audit: {issuer: 'https://gitlab.example.com'}}}\n"
    )
    assert 1 == len(load_settings(tmp_path, tmp_path).findings)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8080", "http://localhost/git", "https://gitlab.example.com:8443/"]
)
def test_issuers_that_can_be_asked(url: str, tmp_path: Path) -> None:
    write(tmp_path, settings=f"version: 1\naudit: {{issuer: '{url}'}}\n")
    loaded = load_settings(tmp_path, tmp_path)
    assert ((), url) == (loaded.findings, loaded.settings.audit.issuer)
