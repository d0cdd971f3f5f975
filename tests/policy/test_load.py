"""Policies and settings from their files: what is read, and what is found.

Every file in examples/good loads; every file in examples/bad gives what the text beside it says. A new case
is a new file: ``bad/NAME.yaml`` with ``bad/NAME.txt``, one finding as ``line:column: id: message (tip)``, its
notes indented below it.
"""

import json
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from syncer.model.finding import Finding, Position
from syncer.model.policy import PolicyFile, PolicyQueue, QueueRef
from syncer.model.settings import Settings
from syncer.policy.load import load_policies, load_settings
from tests.policy.texts import ENVIRONMENTS, write
from tests.stated import overflow_to

TEXT = """version: 1
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


def test_policies_with_their_places(tmp_path: Path) -> None:
    write(tmp_path, a=TEXT)
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
    assert (PolicyFile("a.yaml", sha256(TEXT.encode()).hexdigest()),) == loaded.policies.files
    assert loaded.findings == ()
    assert TEXT.splitlines() == list(loaded.sources["a.yaml"][:-1])


def test_a_file_with_an_error_does_not_hide_the_others(tmp_path: Path) -> None:
    write(tmp_path, a="version: 1\nqueues:\n  - queue: 5\n", b=TEXT, c="a: [\n", d="a: 1\na: 1\n")
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
    write(tmp_path, a=TEXT)
    loaded = load_policies([tmp_path])
    assert [(tmp_path / "a.yaml").as_posix()] == [file.path for file in loaded.policies.files]
    assert load_settings(tmp_path).files == ()


def test_no_settings_are_the_defaults(tmp_path: Path) -> None:
    loaded = load_settings(tmp_path, tmp_path)
    assert (Settings(), (), (), {}) == (loaded.settings, loaded.findings, loaded.files, loaded.sources)


def test_only_a_version_is_the_defaults(tmp_path: Path) -> None:
    write(tmp_path, settings="version: 1\n")
    assert Settings() == load_settings(tmp_path, tmp_path).settings


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


def test_what_is_wrong_in_an_environment(tmp_path: Path) -> None:
    text = ENVIRONMENTS.replace("access_token", "client_id")
    write(tmp_path, settings=text)
    loaded = load_settings(tmp_path, tmp_path)
    assert ["9:18: settings.credentials", "12:58: settings.freeze"] == [
        f"{found.position}: {found.id}".removeprefix("settings.yaml:") for found in loaded.findings
    ]
    write(tmp_path, settings="version: 1\nenvironments: {-a: {}}\n")
    (found,) = load_settings(tmp_path, tmp_path).findings
    assert "'-a' is not a key of environments" == found.message
    assert found.tip.startswith("start with a letter or digit")


EXAMPLES = Path(__file__).parent / "examples"


BAD_ONES = sorted((EXAMPLES / "bad").glob("*.yaml"))


GOOD_ONES = sorted((EXAMPLES / "good").glob("*.yaml"))


def told(finding: Finding) -> str:
    at = finding.position
    assert at is not None
    tip = f" ({finding.tip})" if finding.tip else ""
    lines = [f"{at.line}:{at.column}: {finding.id}: {finding.message}{tip}"]
    for note in finding.notes:
        assert note.position is not None
        lines.append(f"    {note.position.line}:{note.position.column}: {note.message}")
    return "\n".join(lines)


@pytest.mark.parametrize("path", BAD_ONES, ids=lambda path: path.stem)
def test_a_bad_policy_is_explained(path: Path) -> None:
    loaded = load_policies([path], root=path.parent)
    expected = path.with_suffix(".txt").read_text("utf-8")
    assert expected == "".join(f"{told(finding)}\n" for finding in loaded.findings)
    assert loaded.policies.queues == ()


@pytest.mark.parametrize("path", BAD_ONES, ids=lambda path: path.stem)
def test_a_place_lies_inside_of_the_file(path: Path) -> None:
    loaded = load_policies([path], root=path.parent)
    lines = loaded.sources[path.name]
    places = [finding.position for finding in loaded.findings]
    assert places == [at for at in places if at and 1 <= at.line <= len(lines)]
    assert places == [at for at in places if at and 1 <= at.column <= len(lines[at.line - 1]) + 1]


@pytest.mark.parametrize("path", GOOD_ONES, ids=lambda path: path.stem)
def test_a_good_policy_loads_without_a_word(path: Path) -> None:
    loaded = load_policies([path], root=path.parent)
    assert loaded.findings == ()
    assert loaded.policies.queues
