"""Explanations as text: wrapped at words, with the commands as they are typed."""

from syncer.checks.explanations import Explanation
from syncer.model.finding import Severity
from syncer.program_name import ProgramName
from syncer.report.lookups import Explained
from syncer.report.text.explained import explained_lines
from syncer.report.text.paint import Paint

LONG = Explanation(
    "loops.cycle",
    Severity.ERROR,
    f"There is {'a very ' * 12}long loop. It is long.",
    "Run `syncer plan`.",
)
SHORT = Explanation("a.b", Severity.INFO, "Fine.", "Rest.", "error at night", "it is fine", changeable=True)


def lines(*explanations: Explanation, listed: bool = False) -> list[str]:
    view = Explained(explanations, listed)
    return explained_lines(view, Paint(False, ProgramName("sync", "sync", ("plan",))))


EXPLAINED = [
    "loops.cycle",
    "  severity    error",
    "  meaning     There is a very a very a very a very a very a very a very a very a very a very a very a",
    "              very long loop. It is long.",
    "  what to do  Run `sync plan`.",
    "  setting     none: its severity is fixed",
    "",
    "a.b",
    "  severity    info; error at night",
    "  meaning     Fine.",
    "  what to do  Rest.",
    "  setting     `checks: {a.b: …}` in settings.yaml: error, warning, info or off",
    "  example     it is fine",
]


def test_blocks_are_wrapped_and_apart() -> None:
    assert EXPLAINED == lines(LONG, SHORT)


def test_a_list_has_the_first_sentence() -> None:
    assert [
        f"loops.cycle  error  There is {'a very ' * 12}long loop.",
        "a.b          info   Fine.",
        "what to do about one of them: sync explain ID",
    ] == lines(LONG, SHORT, listed=True)
