"""Showing what was kept, from Python: which file is what, and what is no such file."""

import json
import os
import re
import socket
from hashlib import sha256
from pathlib import Path

import pytest

from syncer.app import Session, ShowOptions, show
from syncer.app.places import STATE
from syncer.applying.journal import SUFFIX
from syncer.audit.chain import Chain
from syncer.audit.entries import Run, change_entries, run_entry
from syncer.errors import AuditError, ConfigError, Refused, SyncerError, WrongUsage
from syncer.model.finding import Finding, Position, Severity
from syncer.model.plan import Outcome, Plan, Status
from syncer.model.policy import PolicyFile
from syncer.planning.document import plan_document, plan_text
from syncer.planning.kept_plan import keep_plan
from syncer.planning.saved_plan import save_plan
from syncer.report import render
from syncer.report.lookups import AuditShown
from syncer.report.views import Applied, Planned
from tests.report.report_samples import NOW, RUN, reports
from tests.report.report_samples import plan as sample

QUIET = Session(environ={})


@pytest.fixture(autouse=True)
def _offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder, and no network at all."""

    def refuse(*_: object) -> None:
        raise AssertionError("show needs no network")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(socket.socket, "connect", refuse)


def saved(plan: Plan, name: str = "plan.json", key: str = "") -> Path:
    save_plan(plan_document(plan), Path(name), key)
    return Path(name)


def trail(*runs: str, state: Path = STATE) -> Path:
    """An audit trail with a change and the end of each of these runs."""
    chain = Chain(state / "audit")
    outcome = Outcome(sample("Support").changes[0], Status.APPLIED, "", 1, 5.0)
    for id_ in runs:
        run = Run(id_, NOW, "https://api")
        chain.append(
            [*change_entries(run, outcome, NOW)[:1], run_entry(run, NOW, status="done", validation_pass=True)]
        )
    return chain.path


def shown_runs(what: str | Path, run: str = "", state: Path = STATE) -> list[str]:
    view = show(what, ShowOptions(run, state_dir=state), session=QUIET).view
    assert isinstance(view, AuditShown)
    return [entry["run"] for entry in view.entries]


def test_a_saved_plan_is_shown_with_its_verdict() -> None:
    plan = sample("Support")
    report = show(saved(plan), session=QUIET)
    assert isinstance(report.view, Planned)
    assert (3, plan.findings, "plan.json") == (report.exit_code, report.findings, report.view.saved_to)
    assert plan_document(plan)["digest"] == report.view.document["digest"]


def test_a_plan_that_can_be_applied_exits_with_0() -> None:
    plan = Plan(NOW, "https://api")
    assert 0 == show(saved(plan), session=QUIET).exit_code


def test_a_plan_is_held_against_the_key() -> None:
    signed, unsigned = saved(sample("x"), "signed.json", "key"), saved(sample("x"))
    keyed = Session(environ={"SYNCER_PLAN_KEY": "key"})
    assert show(signed, session=keyed).view is not None
    for file, key in ((unsigned, "key"), (signed, "another")):
        with pytest.raises(Refused, match="is not signed with the key in SYNCER_PLAN_KEY"):
            show(file, session=Session(environ={"SYNCER_PLAN_KEY": key}))


def test_lines_of_policies_are_shown_while_their_files_are_the_same() -> None:
    contents = {"a.yaml": "first\nsecond\n", "b.yaml": "first\nsecond\n", "gone.yaml": "x"}
    files = tuple(PolicyFile(name, sha256(text.encode()).hexdigest()) for name, text in contents.items())
    at = Position("a.yaml", 2, 3)
    found = (Finding("capacity.tight", Severity.WARNING, "it is tight", at),)
    file = saved(Plan(NOW, "https://api", files=files, findings=found))
    Path("a.yaml").write_bytes(contents["a.yaml"].encode())
    Path("b.yaml").write_bytes(b"edited")
    report = show(file, session=QUIET)
    assert {"a.yaml": ("first", "second", ""), "b.yaml": (), "gone.yaml": ()} == report.sources
    assert "     2 | second\n       |   ^\n" in render("text", report)
    Path("a.yaml").write_bytes(b"edited\nedited")
    assert "     2 | " not in render("text", show(file, session=QUIET))


def test_secrets_in_the_settings_stay_hidden() -> None:
    text = b"version: 1\nwebhook:\n  secret: tell-nobody\n"
    files = (PolicyFile("settings.yaml", sha256(text).hexdigest()),)
    Path("settings.yaml").write_bytes(text)
    report = show(saved(Plan(NOW, "https://api", files=files)), session=QUIET)
    assert "version: 1" == report.sources["settings.yaml"][0]
    assert "tell-nobody" not in "".join(report.sources["settings.yaml"])


@pytest.mark.parametrize("kind", ["plan", "apply", "apply, undone", "audit show"])
def test_a_report_is_shown_as_what_it_is_of(kind: str) -> None:
    first = reports("Support")[kind]
    Path("r.json").write_text(render("json", first), encoding="utf-8")
    again = show("r.json", session=QUIET)
    assert ("show", type(first.view), 4) == (again.command, type(again.view), again.exit_code)
    assert {**json.loads(render("json", first)), "command": "show"} == json.loads(render("json", again))


def test_members_of_a_report_may_stand_in_any_order() -> None:
    document = json.loads(render("json", reports("Support")["apply"]))
    Path("r.json").write_text(json.dumps(document, sort_keys=True), encoding="utf-8")
    assert isinstance(show("r.json", session=QUIET).view, Applied)


def test_the_last_run_of_a_trail_is_shown_or_the_one_that_is_named() -> None:
    path = trail("first", "second")
    for what in (path, STATE, STATE / "audit"):
        assert ["second", "second"] == shown_runs(what)
        assert ["first", "first"] == shown_runs(what, "first")
    copy = Path("copy.txt")
    copy.write_bytes(path.read_bytes())
    assert ["second", "second"] == shown_runs(copy)


def test_a_run_is_found_by_its_id_alone() -> None:
    trail("first", "second")
    assert ["first", "first"] == shown_runs("first")
    assert ["first", "first"] == shown_runs("first", "first")
    trail("elsewhere", state=Path("other"))
    assert ["elsewhere", "elsewhere"] == shown_runs("elsewhere", state=Path("other"))
    with pytest.raises(WrongUsage, match="first and second are two runs"):
        shown_runs("first", "second")


def test_a_run_that_did_not_end_is_a_warning() -> None:
    trail("first")
    (STATE / "journal").mkdir()
    (STATE / "journal" / f"{RUN.id}{SUFFIX}").touch()
    expected = (f"run {RUN.id} did not finish",)
    for what in ("first", STATE, STATE / "audit"):
        warnings = show(what, session=QUIET).warnings
        assert expected == tuple(each.partition(":")[0] for each in warnings)


def test_some_queues_alone() -> None:
    file = saved(sample("Support"))
    report = show(file, ShowOptions(queues=("Supp*",)), session=QUIET)
    assert isinstance(report.view, Planned)
    assert (("Supp*",), 3) == (report.view.only, report.exit_code)
    with pytest.raises(WrongUsage, match="no queue in it matches 'Suport'"):
        show(file, ShowOptions(queues=("Suport",)), session=QUIET)
    trail("first")
    entries = show("first", ShowOptions(queues=("Support",)), session=QUIET).view
    assert isinstance(entries, AuditShown)
    with pytest.raises(WrongUsage, match="no queue in it matches 'Sales'"):
        show("first", ShowOptions(queues=("Sales",)), session=QUIET)


@pytest.fixture
def odd() -> None:
    """Files of all sorts that can't be shown."""
    whole = saved(sample("x")).read_text(encoding="utf-8")
    for name, text in {
        "text": "hello",
        "empty": "",
        "list.json": "[1]",
        "deep.json": "[" * 100_000,
        "number.json": '{"format": 1}',
        "cut.json": whole[: len(whole) // 2],
        "edited.json": whole.replace('"x"', '"y"'),
        "shape.json": whole.replace('"changes"', '"changed"'),
        "plan2.json": '{"format": "syncer.plan/v2"}',
        "output2.json": '{\n"format": "syncer.output/v2"}',
        "audit3.jsonl": '{"format": "syncer.audit/v3"}\n{}\n',
        "report.json": '{"format": "syncer.output/v1"}',
        "huge.json": re.sub(r'"calls": *[0-9]+', f'"calls": {10**400}', whole),
        "nothing.jsonl": "",
        "junk.jsonl": "junk\n[]\n{}\n",
    }.items():
        Path(name).write_text(text, encoding="utf-8")
    Path("folder").mkdir()
    Path("loop").symlink_to("loop")
    os.mkfifo("pipe")


@pytest.mark.parametrize(
    ("name", "error", "words"),
    [
        ("text", ConfigError, "text is neither a plan nor a report: it isn't complete JSON"),
        ("empty", ConfigError, "empty is neither a plan nor a report: it isn't complete JSON"),
        ("list.json", ConfigError, "list.json is neither a plan nor a report: it names no format"),
        ("deep.json", ConfigError, "deep.json is neither a plan nor a report: it isn't complete JSON"),
        ("number.json", ConfigError, "number.json is neither a plan nor a report: it names no format"),
        ("cut.json", ConfigError, "cut.json is neither a plan nor a report: it isn't complete JSON"),
        ("edited.json", Refused, "edited.json was edited after it was made"),
        ("shape.json", Refused, "shape.json was edited after it was made"),
        ("plan2.json", ConfigError, "plan2.json can't be shown: its format is 'syncer.plan/v2'"),
        ("output2.json", ConfigError, "output2.json can't be shown: its format is 'syncer.output/v2'"),
        ("audit3.jsonl", ConfigError, "audit3.jsonl can't be shown: its format is 'syncer.audit/v3'"),
        ("report.json", ConfigError, "report.json doesn't fit the schema of a report"),
        ("huge.json", ConfigError, "huge.json can't be shown: a number in it is too large"),
        ("nothing.jsonl", AuditError, "the audit trail nothing.jsonl has no runs"),
        ("junk.jsonl", AuditError, "the audit trail junk.jsonl has no runs"),
        ("folder", AuditError, "folder has no audit trail (audit/audit.jsonl)"),
        ("loop", ConfigError, "loop can't be read: Too many levels of symbolic links"),
        ("pipe", ConfigError, "pipe isn't a regular file but a pipe, a device or a socket"),
        ("/dev/zero", ConfigError, "/dev/zero isn't a regular file but a pipe, a device or a socket"),
        ("missing", ConfigError, "there is no file missing, and .syncer/audit/audit.jsonl has no such run"),
        ("text/missing", ConfigError, "there is no file text/missing, and .syncer/audit/audit.jsonl has n"),
        ("n\0", ConfigError, "there is no file n\0, and .syncer/audit/audit.jsonl has no such run"),
        ("n" * 5000, ConfigError, f"{'n' * 59}… can't be read: File name too long"),
    ],
)
@pytest.mark.usefixtures("odd")
def test_what_can_not_be_shown_is_said(name: str, error: type[SyncerError], words: str) -> None:
    with pytest.raises(SyncerError) as raised:
        show(name, session=QUIET)
    assert (error, words, True) == (
        type(raised.value),
        raised.value.message[: len(words)],
        bool(raised.value.hint),
    )


def test_a_pipe_in_place_of_a_trail_does_not_block() -> None:
    (STATE / "audit").mkdir(parents=True)
    os.mkfifo(STATE / "audit" / "audit.jsonl")
    for what in (STATE, "a run"):
        with pytest.raises(SyncerError):
            show(what, session=QUIET)


def test_a_run_is_asked_of_a_trail_alone() -> None:
    trail("first")
    with pytest.raises(WrongUsage, match=r"plan\.json isn't an audit trail, so it has no run first"):
        show(saved(sample("x")), ShowOptions("first"), session=QUIET)
    for what in (STATE, STATE / "audit" / "audit.jsonl"):
        with pytest.raises(AuditError, match="has no run nobody"):
            show(what, ShowOptions("nobody"), session=QUIET)


def test_a_file_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("syncer.planning.saved_plan.MAX_BYTES", 1024 * 1024)
    with Path("large").open("wb") as file:
        file.truncate(4 * 1024 * 1024)
    with pytest.raises(ConfigError, match="large is larger than 1 MiB"):
        show("large", session=QUIET)


def test_a_kept_plan_is_shown_by_its_digest() -> None:
    document = plan_document(sample("Support"))
    content, digest = plan_text(document).encode(), document["digest"]
    kept = keep_plan(STATE / "audit", content, digest)
    report = show(digest[:19], session=QUIET)
    assert isinstance(report.view, Planned)
    assert (digest, str(kept)) == (report.view.document["digest"], report.view.saved_to)
    another = keep_plan(STATE / "audit", content, f"sha256:{'0' * 64}")
    with pytest.raises(AuditError, match="contains another plan"):
        show(f"sha256:{'0' * 64}", session=QUIET)
    another.write_text(content.decode().replace("Support", "Sales"))
    with pytest.raises(Refused, match="was edited after it was made"):
        show(f"sha256:{'0' * 64}", session=QUIET)
    with pytest.raises(ConfigError, match="has no such run"):
        show(f"sha256:{'1' * 64}", session=QUIET)
