"""What validating found is known the next time, of the same files and program alone; a plan never asks."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.app import PolicySource, validate
from syncer.app.verdicts import MOST_ENTRIES, Verdicts
from syncer.model.finding import Position
from syncer.model.policy import PolicyFile
from syncer.policy.files import Files, files_once
from syncer.report import render
from syncer.report.views import ReportOf, Validated
from syncer.yamlfile.document import Document, parse
from tests.bench.organizations import write_policies

LOOP = """version: 1
queues:
  - queue: A
    capacity: 5
    base_load: 100
    overflow: [{target: B, threshold: 100}]
  - queue: B
    capacity: 10
    overflow: [{target: A, threshold: 10}, {target: Bb, threshold: 10}]
"""
SETTINGS = """version: 1
scenarios:
  peak: {load: 2}
environments:
  test: {region: eu-central-1}
  prod: {region: eu-west-1, credentials: {client_id: hunter2, client_secret: 5}}
"""
SOURCE = PolicySource(Path("policies"))
CACHE = Path(".syncer/cache/validated")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("syncer.app.verdicts.WORTH", 0)
    Path("policies").mkdir()
    Path("policies/a.yaml").write_text(LOOP)
    return tmp_path


def never(_: Files) -> tuple[ReportOf[Validated], tuple[PolicyFile, ...]]:
    raise AssertionError("it is known already")


def is_known(source: PolicySource = SOURCE) -> bool:
    try:
        Verdicts(CACHE, source).validated(files_once(), never)
    except AssertionError:
        return False
    return True


def the_entry() -> Path:
    (path,) = CACHE.glob("*.json")
    return path


@pytest.mark.parametrize("settings", ["", "version: 1\nscenarios: {peak: {load: 2}}\n", SETTINGS])
def test_the_report_is_the_same_whether_it_is_known_or_not(settings: str) -> None:
    if settings:
        Path("policies/settings.yaml").write_text(settings)
    anew, first = validate(SOURCE), validate(SOURCE, cache=CACHE)
    assert is_known()
    known = validate(SOURCE, cache=CACHE)
    for name in ("text", "json", "sarif", "junit", "markdown", "gitlab-codequality", "github"):
        assert render(name, anew) == render(name, first) == render(name, known)
    assert (3, anew.findings, anew.view) == (known.exit_code, known.findings, known.view)
    assert "hunter2" not in the_entry().read_text()


def test_valid_policies_hold_nothing_of_themselves() -> None:
    write_policies(Path("policies"), 5)
    Path("policies/a.yaml").unlink()
    validate(SOURCE, cache=CACHE)
    assert is_known()
    assert 0 == validate(SOURCE, cache=CACHE).exit_code
    assert "Tier" not in json.dumps({**json.loads(the_entry().read_text()), "headroom": None})


def other_version(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("syncer.app.verdicts.__version__", "0.0.0")


def other_program(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("syncer.app.verdicts.program", list)


def other_schema(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("syncer.app.verdicts.schema_text", str)


@pytest.mark.parametrize(
    "change",
    [
        lambda _: Path("policies/a.yaml").write_text(LOOP + "# more\n"),
        lambda _: Path("policies/a.yaml").rename("policies/b.yaml"),
        lambda _: Path("policies/b.yaml").write_text("version: 1\nqueues: [{queue: C}]\n"),
        lambda _: Path("policies/settings.yaml").write_text("version: 1\n"),
        *(other_version, other_program, other_schema),
    ],
)
def test_what_is_not_the_same_is_checked_anew(
    change: Callable[[pytest.MonkeyPatch], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    validate(SOURCE, cache=CACHE)
    assert is_known()
    change(monkeypatch)
    assert not is_known()


def test_another_environment_or_part_is_another_question() -> None:
    Path("policies/settings.yaml").write_text("version: 1\nenvironments: {test: {}}\n")
    validate(SOURCE, cache=CACHE)
    assert not is_known(PolicySource(Path("policies"), environment="test"))
    assert not is_known(PolicySource(Path("policies"), (Path("policies/a.yaml"),)))


@pytest.mark.parametrize(
    "content",
    [
        *("", "{", "[]", "null", "{}", '"x"', "\x00", '{"format": "syncer.validated/v1"}', "[" * 1000),
    ],
)
def test_an_entry_that_is_none_is_found_out_again(content: str) -> None:
    expected = validate(SOURCE, cache=CACHE)
    entry = the_entry()
    entry.write_text(content)
    assert not is_known()
    assert expected == validate(SOURCE, cache=CACHE)
    assert is_known()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("format", "syncer.plan/v1"), ("key", "0" * 64), ("files", -1), ("queues", "2"), ("rules", True)),
        *(("undescribed", "name"), ("environments", [1])),
        *(("headroom", {}), ("headroom", 5), ("findings", [5]), ("findings", {}), ("findings", [{}])),
        *(("headroom", {"limit": "x"}), ("files", None)),
    ],
)
def test_an_entry_that_says_what_it_can_not_is_found_out_again(name: str, value: Any) -> None:
    validate(SOURCE, cache=CACHE)
    entry = the_entry()
    entry.write_text(json.dumps({**json.loads(entry.read_text()), name: value}))
    assert (name == "findings" and not value) or not is_known()


@pytest.mark.parametrize(
    "name", ["severity", "message", "position", "tip", "notes", "figure", "loop", "queue"]
)
@pytest.mark.parametrize("value", [5, ["x"], {"file": 5, "line": "x", "column": 1}])
def test_findings_of_an_entry_are_findings(name: str, value: Any) -> None:
    validate(SOURCE, cache=CACHE)
    entry = the_entry()
    document = json.loads(entry.read_text())
    document["findings"][0][name] = value
    entry.write_text(json.dumps(document))
    assert not is_known()


def test_an_entry_that_others_may_have_written_is_not_believed() -> None:
    validate(SOURCE, cache=CACHE)
    the_entry().chmod(0o644)
    assert not is_known()


def test_a_folder_that_can_not_be_written_is_no_reason_to_stop(folder: Path) -> None:
    expected = validate(SOURCE)
    (folder / ".syncer").write_text("a file")
    assert expected == validate(SOURCE, cache=CACHE)
    assert not is_known()


def test_git_leaves_the_folder_alone_and_only_its_owner_looks_into_it() -> None:
    validate(SOURCE, cache=CACHE)
    assert "*\n" == (CACHE / ".gitignore").read_text()
    assert [0o600, 0o700] == [path.stat().st_mode & 0o777 for path in (the_entry(), CACHE)]


def test_old_entries_are_dropped() -> None:
    for number in range(MOST_ENTRIES + 3):
        Path("policies/a.yaml").write_text(f"{LOOP}# {number}\n")
        validate(SOURCE, cache=CACHE)
        for path in CACHE.glob("*.json"):
            os.utime(path, ns=(path.stat().st_mtime_ns - 10**9,) * 2)
    assert MOST_ENTRIES == len(list(CACHE.glob("*.json")))
    assert is_known()


def test_a_file_that_changes_meanwhile_leaves_no_verdict() -> None:
    report = validate(SOURCE)

    def checked(_: Files) -> tuple[ReportOf[Validated], tuple[PolicyFile, ...]]:
        return report, (PolicyFile("policies/a.yaml", "0" * 64),)

    assert report == Verdicts(CACHE, SOURCE).validated(files_once(), checked)
    assert not CACHE.exists()


def test_what_can_not_be_read_or_is_small_or_says_too_much_is_not_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("syncer.app.verdicts.WORTH", len(LOOP) + 1)
        validate(SOURCE, cache=CACHE)
    with monkeypatch.context() as patch:
        patch.setattr("syncer.app.verdicts._MOST_BYTES", 10)
        validate(SOURCE, cache=CACHE)
    Path("policies/gone.yaml").symlink_to("nowhere")
    validate(SOURCE, cache=CACHE)
    assert not list(CACHE.glob("*.json"))


def test_where_one_file_changed_it_alone_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    write_policies(Path("policies"), 50, 10)
    validate(SOURCE, cache=CACHE)
    Path("policies/part-000003.yaml").write_text("version: 1\nqueues: [{queue: C, capacity: 5}]\n")
    expected, read = validate(SOURCE), []

    def parsing(path: str, content: bytes) -> Document:
        read.append(path)
        return parse(path, content)

    monkeypatch.setattr("syncer.policy.load.parse", parsing)
    found = validate(SOURCE, cache=CACHE)
    assert ["policies/part-000003.yaml"] == read
    for name in ("text", "json", "sarif"):
        assert render(name, expected) == render(name, found)
    assert ((CACHE / ".gitignore").exists(), 1) == (True, len(list(CACHE.glob("*.jsonl"))))


NAMES = st.sampled_from(["A", "B", "C", "D", "d"])
WAIT = st.just(90)
RULES = st.lists(
    st.fixed_dictionaries(
        {"target": NAMES | st.just({"id": "A"}), "threshold": st.integers(0, 100)},
        optional={"delay": st.sampled_from([0, 30, 60.0]), "enabled": st.booleans()},
    ),
    max_size=3,
)
QUEUES = st.lists(
    st.fixed_dictionaries(
        {"queue": NAMES},
        optional={
            "manage": st.booleans(),
            "capacity": st.sampled_from([0, 5, 50, 99.5]),
            "base_load": st.sampled_from([10, 45, 100]),
            "overflow": RULES,
            "backup": st.none()
            | st.fixed_dictionaries({"queue": NAMES}, optional={"agent_wait": st.just(90)}),
            "bogus": st.just(1),
        },
    ),
    min_size=1,
    max_size=3,
)


@given(st.lists(QUEUES, min_size=2, max_size=4), QUEUES)
def test_where_one_file_changed_the_report_is_that_of_a_run_without_a_cache(
    files: list[list[dict[str, Any]]], other: list[dict[str, Any]]
) -> None:
    shutil.rmtree(".syncer", ignore_errors=True)
    shutil.rmtree("policies")
    for number, queues in enumerate(files):
        write(number, queues)
    validate(SOURCE, cache=CACHE)
    write(len(files) - 1, other)
    expected = validate(SOURCE)
    for _ in range(2):
        found = validate(SOURCE, cache=CACHE)
        for name in ("text", "json", "sarif"):
            assert render(name, expected) == render(name, found)


def write(number: int, queues: list[dict[str, Any]]) -> None:
    Path("policies").mkdir(exist_ok=True)
    Path(f"policies/{number}.yaml").write_text(json.dumps({"version": 1, "queues": queues}, indent=1))


def test_the_files_are_found_and_read_once() -> None:
    files = files_once()
    (source,) = files.find((Path("policies"),), Path.cwd()).sources
    before = files.read(source)
    Path("policies/a.yaml").write_text("version: 1\n")
    assert isinstance(files, Files)
    assert (LOOP.encode(), LOOP.encode()) == (before, files.read(source))


def test_the_lines_of_a_finding_are_those_of_its_file() -> None:
    validate(SOURCE, cache=CACHE)
    known = validate(SOURCE, cache=CACHE)
    assert ({"policies/a.yaml": tuple(LOOP.split("\n"))}, 1) == (dict(known.sources), len(known.sources))
    Path("policies/a.yaml").write_text("version: 1\n")
    assert {"policies/a.yaml": ()} == dict(known.sources)
    assert Position("policies/a.yaml", 6, 16) in [finding.position for finding in known.findings]
