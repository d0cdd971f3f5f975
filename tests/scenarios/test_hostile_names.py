"""Names from live are hostile: whatever they hold, they are shown and can do nothing."""

import json
import re
from collections import Counter

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.report import render
from tests.report.harmless import outside_code
from tests.report.report_samples import HOSTILE, KINDS, reports

ACTIVE = frozenset("\\`*_{}[]()<>#!|~@:/&$^%\"'")
CHARACTERS = st.text(st.characters(exclude_categories=()), min_size=1, max_size=20)
TAME = {kind: render("markdown", report) for kind, report in reports("x").items()}
every_name = pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)


def is_harmless(text: str) -> bool:
    return text.replace("\n", "").isprintable()


def ours(markdown: str) -> str:
    """What is no code, without digests; an error of more lines has more <br>."""
    told = outside_code(markdown.replace("<br>", " "))
    return re.sub(" +", " ", re.sub(r"sha256:[0-9a-f]{64}", "", told))


def active(text: str) -> dict[str, int]:
    """How often each character that means something in Markdown stands outside of code, and is no entity."""
    told = re.sub(r"&#\d+;", "", ours(text))
    return {key: number for key, number in Counter(told).items() if key in ACTIVE}


@every_name
def test_text_holds_nothing_that_steers_a_terminal(name: str) -> None:
    tame = reports("x")
    for kind, report in reports(name).items():
        shown = render("text", report)
        assert is_harmless(shown), kind
        more = 2 * name.count("\n")
        assert render("text", tame[kind]).count("\n") + more == shown.count("\n"), kind


@every_name
def test_colors_are_the_only_escapes(name: str) -> None:
    for kind, report in reports(name).items():
        colored, shown = render("text", report, color=True), render("text", report)
        assert colored != shown == click.unstyle(colored), kind
        assert is_harmless(re.sub(r"\x1b\[\d+m", "", colored)), kind


@every_name
def test_markdown_is_as_active_as_with_a_tame_name(name: str) -> None:
    for kind, report in reports(name).items():
        shown = render("markdown", report)
        assert is_harmless(shown), kind
        assert active(TAME[kind]) == active(shown), kind
        assert TAME[kind].count("\n") == shown.count("\n"), kind


@every_name
def test_json_holds_the_name_itself_and_steers_nothing(name: str) -> None:
    for kind, report in reports(name).items():
        shown = render("json", report)
        assert is_harmless(shown), kind
        assert name == json.loads(shown)["findings"][0]["message"], kind


@given(CHARACTERS, st.sampled_from(KINDS))
def test_any_name_at_all(name: str, kind: str) -> None:
    report = reports(name)[kind]
    for form in ("text", "markdown", "json"):
        assert is_harmless(render(form, report))
    assert active(TAME[kind]) == active(render("markdown", report))


@every_name
def test_names_in_markdown_stand_as_code(name: str) -> None:
    """Where mentions are looked for, entities are characters again; only code is left alone."""
    for kind, report in reports(name).items():
        assert ours(TAME[kind]) == ours(render("markdown", report)), kind
