"""Where outputs go: each to a place of its own, and one that can't be written is said."""

from pathlib import Path

import pytest

from syncer.cli.report_options import Output
from syncer.errors import WrongUsage
from tests.program import Program, policy_queue


def test_one_that_cannot_be_written_stops_no_other(program: Program) -> None:
    (program.folder / "out").mkdir()
    for path in ("policies/all.yaml/x", "misspelt/x"):
        reports = ("--report", "github=out/a", "--report", f"sarif={path}", "--report", "junit=out/b")
        done = program.run("validate", "--format", "json", *reports)
        assert 1 == done.code
        assert 0 == done.json["exit_code"]
        assert done.err.startswith(f"error: {path} can't be written: ")
        assert {"a", "b"} == {path.name for path in (program.folder / "out").iterdir()}
    assert not (program.folder / "misspelt").exists()


def test_the_exit_code_of_the_command_comes_first(program: Program) -> None:
    program.write_policies(policy_queue("A", ("A", 1)))
    assert 3 == program.run("validate", "--report", "junit=policies").code


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (("xml=x",), "'xml' isn't one of text, json, "),
        (("junit",), "'junit' names no file: write junit=FILE."),
        (("junit=",), "'junit=' names no file"),
        (("junit=a", "sarif=policies/../a"), "two outputs go to policies/../a"),
    ],
)
def test_wrong_usage(program: Program, values: tuple[str, ...], message: str) -> None:
    done = program.run("validate", *(option for value in values for option in ("--report", value)))
    assert (64, "") == (done.code, done.out)
    assert message in done.err


def test_the_main_report_has_a_file_of_its_own() -> None:
    with pytest.raises(WrongUsage, match="two outputs go to a"):
        Output(output=Path("a"), reports=(("junit", Path("a")),)).refuse_shared()


@pytest.mark.parametrize(
    "options",
    [
        "plan --out a --report json=a",
        "plan --out a --metrics a",
        "plan --metrics a --output a",
        "apply --auto-approve --audit-head a --report json=a",
        "rollback last --auto-approve --audit-head a --metrics a",
    ],
)
def test_no_output_overwrites_another(program: Program, options: str) -> None:
    """A saved plan would be gone, and nobody would be told."""
    done = program.run(*options.split())
    assert (64, "") == (done.code, done.out)
    assert "two outputs go to a" in done.err
    assert not (program.folder / "a").exists()
    assert 0 == program.puts()


@pytest.mark.parametrize("command", ["apply --auto-approve", "rollback last --auto-approve"])
@pytest.mark.parametrize("option", ["--report json=", "--output ", "--metrics ", "--audit-head "])
def test_an_output_that_can_not_be_written_is_refused_before_anything_is_sent(
    program: Program, command: str, option: str
) -> None:
    done = program.run(*f"{command} {option}misspelt/x".split())
    assert 1 == done.code
    assert "error: misspelt/x can't be written: No such file or directory" in done.err
    assert {"total": 0} == program.ask("requests")
    assert not (program.folder / ".syncer").exists()


def test_a_plan_that_can_not_be_saved_is_not_made(program: Program) -> None:
    done = program.run("plan", "--out", "misspelt/plan.json")
    assert 1 == done.code
    assert done.err.startswith("error: misspelt/plan.json can't be written: ")
    assert {"total": 0} == program.ask("requests")


@pytest.mark.parametrize(
    ("name", "begin"),
    [("a.html", "<!DOCTYPE html>"), ("a.json", "{"), ("a.md", "## syncer"), ("a.txt", "1 ")],
)
def test_the_name_of_a_file_says_the_form_of_a_report(program: Program, name: str, begin: str) -> None:
    assert 0 == program.run("validate", "--output", name).code
    text = Path(name).read_text(encoding="utf-8")
    assert text.startswith(begin) or (name == "a.txt" and " valid (" in text)
    assert 0 == program.run("validate", "--format", "text", "--output", name).code
    assert " valid (" in Path(name).read_text(encoding="utf-8")
