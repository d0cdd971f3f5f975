"""``sync graph`` on the command line."""

from pathlib import Path

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


def test_a_form_of_reports_is_none_of_pictures(program: Program) -> None:
    assert 64 == program.run("graph", "--format", "junit").code
