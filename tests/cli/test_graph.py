"""``sync graph`` on the command line."""

from pathlib import Path

import pytest

from syncer.cli.report_options import Output
from tests.program import Program


def test_it_draws_svg_unless_another_form_is_asked_for(program: Program) -> None:
    done = program.run("graph")
    assert (0, "") == (done.code, done.err)
    assert done.out.startswith('<svg xmlns="http://www.w3.org/2000/svg"')
    assert "flowchart LR" == program.run("graph", "--format", "mermaid").out.splitlines()[0]
    assert "digraph overflow {" == program.run("graph", "--format", "dot").out.splitlines()[0]
    assert "policies" == program.run("graph", "--format", "json").json["result"]["graph_of"]


def test_several_forms_at_once(program: Program) -> None:
    assert 0 == program.run("graph", "--output", "a.svg", "--report", "dot=a.dot").code
    assert Path("a.svg").read_text(encoding="utf-8").endswith("</svg>\n")
    assert Path("a.dot").read_text(encoding="utf-8").endswith("}\n")


def test_an_error_is_no_picture(program: Program) -> None:
    done = program.run("graph", "--focus", "Bock")
    assert (64, "") == (done.code, done.out)
    assert "the network has no queue 'Bock'" in done.err


def test_where_policies_are_broken_they_are_said_and_the_last_picture_stays(program: Program) -> None:
    Path("a.svg").write_text("the last one")
    Path("policies/broken.yaml").write_text("version: 1\nqueues: [")
    for arguments in ((), ("--output", "a.svg"), ("--output", "a.png")):
        done = program.run("graph", *arguments)
        assert (3, "") == (done.code, done.out)
        assert "policies/broken.yaml:2:" in done.err
    assert "the last one" == Path("a.svg").read_text()
    assert not Path("a.png").exists()


def test_a_form_of_reports_is_none_of_pictures(program: Program) -> None:
    assert 64 == program.run("graph", "--format", "junit").code


def test_the_name_of_the_file_says_the_form_unless_another_is_asked_for(program: Program) -> None:
    for name, begin in (
        ("a.dot", b"digraph"),
        ("a.mmd", b"flowchart"),
        ("a.PNG", b"\x89PNG"),
        ("a.x", b"<svg"),
    ):
        assert 0 == program.run("graph", "--output", name).code
        assert Path(name).read_bytes().startswith(begin), name
    assert 0 == program.run("graph", "--format", "dot", "--output", "b.svg").code
    assert Path("b.svg").read_bytes().startswith(b"digraph")


def test_what_is_no_text_is_not_written_to_a_terminal(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Output, "on_terminal", lambda _: True)
    done = program.run("graph", "--format", "png")
    assert (64, "") == (done.code, done.out)
    assert "png is binary: it is not written to a terminal" in done.err
    assert "--output FILE.png" in done.err
    assert 0 == program.run("graph", "--format", "png", "--output", "a.png").code


def test_help_names_all_forms_and_the_usual_one(program: Program) -> None:
    said = " ".join(program.run("graph", "--help").out.split())
    assert "--format NAME Format of the report. One of svg, png, mermaid, dot, json; default: svg." in said
