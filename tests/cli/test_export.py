"""``sync export``: from live to policies, and on to a plan without changes."""

from pathlib import Path
from typing import Any

import pytest

from syncer.emulator.server import Emulator, organization
from tests.program import Program, live_queue, overflow


def findings_of(document: dict[str, Any]) -> set[str]:
    return {each["id"] for each in document["findings"]}


def changes_of(document: dict[str, Any]) -> list[Any]:
    changes: list[Any] = document["result"]["plan"]["changes"]
    return changes


@pytest.mark.parametrize("split", [(), ("--split",)])
def test_an_organization_is_adopted_without_a_change(program: Program, split: tuple[str, ...]) -> None:
    with Emulator(queues=organization(100), rate_limit=1_000_000) as large:
        program.use(large)
        exported = program.run("export", "--output", "adopted", "--format", "json", *split)
        assert (0, [], "") == (exported.code, exported.json["result"]["skipped"], exported.err)
        files = exported.json["result"]["files"]
        assert 100 == sum(file["queues"] for file in files)
        assert {file["path"] for file in files} == {path.as_posix() for path in Path("adopted").iterdir()}
        validated = program.run("validate", "--policies", "adopted", "--format", "json")
        assert {"capacity.missing"} == findings_of(validated.json)
        planned = program.run("plan", "--policies", "adopted", "--format", "json")
        assert ([], {"capacity.missing"}) == (changes_of(planned.json), findings_of(planned.json))
        assert 0 == program.puts()


@pytest.mark.parametrize("how", [(), ("--overwrite",), ("--update",)])
def test_a_file_that_would_be_too_large_to_read_is_not_written(
    program: Program, monkeypatch: pytest.MonkeyPatch, how: tuple[str, ...]
) -> None:
    if how:
        assert 0 == program.run("export", "--output", "adopted").code
        program.edit("front", routingRules=[overflow("back", 11)])
    before = {path: path.read_bytes() for path in Path("adopted").glob("*")}
    monkeypatch.setattr("syncer.yamlfile.decode.MOST_BYTES", 100)
    done = program.run("export", "--output", "adopted", *how)
    assert 1 == done.code
    assert "adopted/queues.yaml would be" in done.err
    assert "--split" in done.err
    assert before == {path: path.read_bytes() for path in Path("adopted").glob("*")}


def test_hostile_names_go_there_and_back(program: Program) -> None:
    names = ["No", "123", "null", ": #", "a: 'b' \"c\" \\", "\u202e", "x" * 257]
    raws = [
        live_queue(name, overflow("target", 5)) | {"id": f"id{place}"} for place, name in enumerate(names)
    ]
    with Emulator(queues=[*raws, live_queue("Target")], rate_limit=1_000_000) as odd:
        program.use(odd)
        assert 0 == program.run("export", "--output", "adopted").code
        done = program.run("plan", "--policies", "adopted", "--format", "json")
    assert ([], {"capacity.missing"}) == (changes_of(done.json), findings_of(done.json))


def test_the_text_names_files_and_what_is_not_managed(program: Program) -> None:
    program.edit("front", routingRules=[overflow("back", 10), overflow("back", 20)])
    done = program.run("export", "--output", "deep/adopted")
    assert (0, "") == (done.code, done.err)
    assert "deep/adopted/queues.yaml  4 queues" in done.out
    assert "not managed: Front: 2 overflow rules have the same target, Back" in done.out
    assert "exported: 4 queues into 1 file" in done.out
    assert "| `Front` |" in program.run("export", "--output", "other", "--format", "markdown").out
    reported = program.run("export", "--output", "third", "--format", "json").json["result"]
    assert [{"id": "front", "name": "Front"}] == [each["queue"] for each in reported["skipped"]]


def test_globs_choose_queues(program: Program) -> None:
    done = program.run("export", "--output", "a", "--only", "*k", "--exclude", "D*", "--format", "json")
    assert [{"path": "a/queues.yaml", "queues": 1}] == done.json["result"]["files"]
    nothing = program.run("export", "--output", "b", "--only", "D*", "--exclude", "Desk")
    assert (1, False) == (nothing.code, Path("b").exists())
    assert "none of the 4 live queues" in nothing.err


@pytest.mark.parametrize("option", ["--only", "--exclude"])
def test_a_glob_that_no_live_queue_fits_is_wrong_usage(program: Program, option: str) -> None:
    done = program.run("export", "--output", "b", "--only", "*", option, "None*", option, "Dsek")
    assert (64, False) == (done.code, Path("b").exists())
    assert "no queue of the organization matches 'None*' or 'Dsek'" in done.err
    assert "Did you mean 'Desk'?" in done.err


def test_a_file_that_exists_is_replaced_only_where_that_was_said(program: Program) -> None:
    assert 0 == program.run("export", "--output", "a").code
    file = Path("a/queues.yaml")
    whole = file.read_text()
    file.write_text("mine\n")
    refused = program.run("export", "--output", "a")
    assert (4, "mine\n") == (refused.code, file.read_text())
    assert "a/queues.yaml already exists" in refused.err
    assert "--update brings the rules up to date and keeps figures and comments" in refused.err
    assert 0 == program.run("export", "--output", "a", "--overwrite").code
    assert whole == file.read_text()
    assert ["queues.yaml"] == [path.name for path in Path("a").iterdir()]


def test_the_settings_of_the_folder_count(program: Program) -> None:
    Path("a").mkdir()
    Path("a/settings.yaml").write_text("version: 2\n")
    done = program.run("export", "--output", "a")
    assert 3 == done.code
    assert "a/settings.yaml" in done.out
    assert not Path("a/queues.yaml").exists()


def test_a_folder_that_can_not_be_made_is_an_error(program: Program) -> None:
    Path("file").write_text("")
    done = program.run("export", "--output", "file/deep")
    assert (1, True) == (done.code, "file/deep can't be made" in done.err)


def test_the_folder_must_be_named(program: Program) -> None:
    assert 64 == program.run("export").code


def test_an_error_of_live_leaves_nothing_behind(program: Program) -> None:
    done = program.run("export", "--output", "a", "--region", "nowhere")
    assert (1, False) == (done.code, Path("a").exists())


def test_an_update_keeps_what_people_wrote(program: Program) -> None:
    assert 0 == program.run("export", "--output", "a").code
    file = Path("a/queues.yaml")
    file.write_text(file.read_text().replace("# capacity:    #", "capacity: 50 #") + "# mine\n")
    before = file.read_text()
    program.edit("front", routingRules=[overflow("back", 33)])
    done = program.run("export", "--output", "a", "--update", "--format", "json")
    updated = {"path": "a/queues.yaml", "queues": 4, "updated": ["Front"]}
    assert [updated] == done.json["result"]["files"]
    assert before.replace("threshold: 10", "threshold: 33") == file.read_text()
    again = program.run("export", "--output", "a", "--update")
    assert (0, "updated: nothing: the files have the live rules") == (again.code, again.out.splitlines()[0])
    assert "next: syncer plan" in again.out
    assert "fill in" not in again.out
    assert [] == changes_of(program.run("plan", "--policies", "a", "--format", "json").json)


def test_an_update_keeps_the_line_ends(program: Program) -> None:
    assert 0 == program.run("export", "--output", "a").code
    file = Path("a/queues.yaml")
    windows = file.read_bytes().replace(b"\n", b"\r\n")
    file.write_bytes(windows)
    program.edit("front", routingRules=[overflow("back", 33)])
    assert 0 == program.run("export", "--output", "a", "--update").code
    assert windows.replace(b"threshold: 10", b"threshold: 33") == file.read_bytes()


def test_an_update_begins_where_nothing_is(program: Program) -> None:
    assert 0 == program.run("export", "--output", "a", "--update").code
    assert Path("a/queues.yaml").exists()


def test_an_update_of_what_can_not_be_read_is_refused(program: Program) -> None:
    Path("a").mkdir()
    Path("a/mine.yaml").write_text("queues\n")
    done = program.run("export", "--output", "a", "--update")
    assert (3, True) == (done.code, "a/mine.yaml" in done.out)


def test_two_ways_at_once_are_wrong_usage(program: Program) -> None:
    assert 64 == program.run("export", "--output", "a", "--update", "--overwrite").code


def test_what_a_stop_took_away_is_written_as_live_has_it_and_that_is_said(program: Program) -> None:
    assert 0 == program.run("stop", "Back", "--reason", "INC-1", "--auto-approve").code
    for how in ((), ("--overwrite",)):
        done = program.run("export", "--output", "adopted", *how)
        assert (0, 1) == (done.code, done.err.count("its live rules are off, and are written that way"))
        assert "warning: the stop of overflow into Back since " in done.err
    assert "stop" not in program.run("export", "--output", "other", "--state-dir", "elsewhere").err
