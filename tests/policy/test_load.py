import json
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from syncer.model.finding import Position, Severity
from syncer.model.policy import GroupRef, PolicyFile, PolicyQueue, QueueRef
from syncer.model.queue import SKILL_GROUP, TEAM
from syncer.model.settings import (
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
from tests.stated import backed_by, groups_when, overflow_to, stated

GOOD = """version: 1
queues:
  - queue: Support Tier 1
    capacity: 60
    base_load: 150
    overflow:
      - target: {id: b-2}
        threshold: 25.0
        delay: 120
        enabled: false
      - target: Billing
        threshold: 5
  - queue: {id: b-2}
    manage: false
  - queue: Billing
    overflow: []
"""


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text)


def test_policies_with_their_places(tmp_path: Path) -> None:
    write(tmp_path, a=GOOD)
    loaded = load_policies([tmp_path], tmp_path)
    rules = (
        overflow_to(QueueRef(id="b-2"), 25, 120, False, Position("a.yaml", 7, 9)),
        overflow_to(QueueRef("Billing"), 5, 0, True, Position("a.yaml", 11, 9)),
    )
    assert (
        PolicyQueue(
            QueueRef("Support Tier 1"), True, 60.0, 150.0, {"overflow": rules}, Position("a.yaml", 3, 12)
        ),
        PolicyQueue(QueueRef(id="b-2"), False, position=Position("a.yaml", 13, 12)),
        PolicyQueue(QueueRef("Billing"), stated={"overflow": ()}, position=Position("a.yaml", 15, 12)),
    ) == loaded.policies.queues
    assert int is type(loaded.policies.queues[0].rules[0].rule.values()["threshold"])
    assert (PolicyFile("a.yaml", sha256(GOOD.encode()).hexdigest()),) == loaded.policies.files
    assert loaded.findings == ()
    assert GOOD.splitlines() == list(loaded.sources["a.yaml"][:-1])


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


def test_a_file_with_an_error_does_not_hide_the_others(tmp_path: Path) -> None:
    write(tmp_path, a="version: 1\nqueues:\n  - queue: 5\n", b=GOOD, c="a: [\n", d="a: 1\na: 1\n")
    loaded = load_policies([tmp_path, tmp_path / "missing"], tmp_path)
    assert len(loaded.policies.queues) == 3
    assert [file.path for file in loaded.policies.files] == ["a.yaml", "b.yaml", "c.yaml", "d.yaml"]
    assert [(finding.position.file, finding.id) for finding in loaded.findings if finding.position] == [
        ("a.yaml", "schema.type"),
        ("c.yaml", "yaml.syntax"),
        ("d.yaml", "schema.additionalProperties"),
        ("d.yaml", "schema.required"),
        ("d.yaml", "schema.required"),
        ("d.yaml", "yaml.duplicate-key"),
        ("missing", "files.missing"),
    ]


def test_a_file_that_is_too_large_is_told(tmp_path: Path) -> None:
    write(tmp_path, a="#" * (8 * 1024 * 1024 + 1))
    loaded = load_policies([tmp_path], tmp_path)
    assert [finding.id for finding in loaded.findings] == ["yaml.too-large"]
    assert loaded.policies.files == ()


def test_shown_paths_are_relative_to_the_current_directory(tmp_path: Path) -> None:
    write(tmp_path, a=GOOD)
    loaded = load_policies([tmp_path])
    assert [(tmp_path / "a.yaml").as_posix()] == [file.path for file in loaded.policies.files]
    assert load_settings(tmp_path).files == ()


def test_no_settings_are_the_defaults(tmp_path: Path) -> None:
    loaded = load_settings(tmp_path, tmp_path)
    assert (Settings(), (), (), {}) == (loaded.settings, loaded.findings, loaded.files, loaded.sources)


def test_only_a_version_is_the_defaults(tmp_path: Path) -> None:
    write(tmp_path, settings="version: 1\n")
    assert Settings() == load_settings(tmp_path, tmp_path).settings


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
    assert [file.path for file in loaded.files] == ["settings.yaml"]
    assert list(loaded.sources) == ["settings.yaml"]


def test_bad_settings_are_told_and_the_defaults_stand(tmp_path: Path) -> None:
    write(tmp_path, settings="version: 1\npaces: {}\n")
    loaded = load_settings(tmp_path, tmp_path)
    assert Settings() == loaded.settings
    assert [f"{f.position}: {f.tip}" for f in loaded.findings] == ["settings.yaml:2:1: did you mean 'pace'?"]


def test_a_freeze_that_ends_before_it_starts(tmp_path: Path) -> None:
    freeze = "start: 0001-01-01T00:00:00+14:00, end: 0001-01-01T00:00:00+23:00, reason: x"
    write(tmp_path, settings=f"version: 1\nsafety:\n  freeze:\n    - {{{freeze}}}\n")
    loaded = load_settings(tmp_path, tmp_path)
    assert [f"{f.position}: {f.id}" for f in loaded.findings] == ["settings.yaml:4:47: settings.freeze"]


NAMES = st.text(
    st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufeff\ufffe\uffff\u2028\u2029"),
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


VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-200, 4000), st.floats(), st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                ["version", "queues", "queue", "overflow", "target", "threshold", "id", "x-a", "5"]
            ),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=12,
)


@given(VALUES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_any_values_give_findings_or_policies(tmp_path: Path, value: object) -> None:
    (tmp_path / "a.yaml").write_bytes(json.dumps(value).encode())
    (tmp_path / "settings.yaml").write_bytes(json.dumps(value).encode())
    loaded = load_policies([tmp_path], tmp_path)
    assert bool(loaded.findings) != bool(loaded.policies.queues)
    assert all(finding.message.isprintable() for finding in loaded.findings)
    load_settings(tmp_path, tmp_path)


ENVIRONMENTS = """version: 1
pace: {requests_per_second: 2, burst: 3}
dialect: overflow-rules
environments:
  test:
  prod:
    region: eu-central-1
    organization: an-id
    credentials: {access_token: PROD_TOKEN}
    pace: {burst: 9}
    dialect: genesys-cloud
    safety: {freeze: [{start: 2026-12-27T00:00:00Z, end: 2026-12-24T00:00:00Z, reason: x}]}
    queues:
      - queue: {id: x-1}
        capacity: 90
        overflow: [{target: B, threshold: 30}]
"""


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


def test_what_is_wrong_in_an_environment(tmp_path: Path) -> None:
    text = ENVIRONMENTS.replace("access_token", "client_id")
    write(tmp_path, settings=text)
    loaded = load_settings(tmp_path, tmp_path)
    assert ["9:18: settings.credentials", "12:58: settings.freeze"] == [
        f"{found.position}: {found.id}".removeprefix("settings.yaml:") for found in loaded.findings
    ]
    write(tmp_path, settings="version: 1\nenvironments: {-a: {}}\n")
    (found,) = load_settings(tmp_path, tmp_path).findings
    assert "'-a' is no key of environments" == found.message
    assert found.tip.startswith("begin with a letter or digit")
