import base64
import hashlib
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.audit.verify import Break
from syncer.errors import StalePlan, WrongUsage
from syncer.report import render
from syncer.report.binder import html as form
from syncer.report.lookups import AuditFigures, AuditShown
from syncer.report.views import Report
from tests.report.binders import binder
from tests.report.report_samples import HOSTILE

CHARACTERS = st.text(st.characters(exclude_categories=()), min_size=1, max_size=20)
VOID = {"meta", "br"}


class Page(HTMLParser):
    """The tags with their attributes, and the text; every tag must be closed where it belongs."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[tuple[str, str | None], ...]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert [] == self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert tag == self._open.pop()

    def handle_data(self, data: str) -> None:
        self.text += data


def html(view: Any | None, **values: Any) -> str:
    return render("html", Report("audit report", view=view, **values))


def test_it_loads_nothing_and_runs_nothing() -> None:
    text = html(binder("x"))
    (style,) = re.findall(r"<style>(.*)</style>", text, re.DOTALL)
    allowed = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{allowed}'; base-uri 'none'; form-action 'none'"
    assert f'<meta http-equiv="Content-Security-Policy" content="{policy}">' in text
    page = Page(text)
    assert set() == {tag for tag, _ in page.tags} & {"script", "a", "img", "link", "iframe", "form", "object"}
    assert {"charset", "class", "content", "http-equiv", "lang", "name"} == {
        name for _, attributes in page.tags for name, _ in attributes
    }


def test_the_first_page_comes_first_and_all_parts_follow() -> None:
    text = html(binder("x"))
    places = [
        text.index(f"<h{level}>{title}") for level, title in ((1, "Report on"), (2, "Figures"), (2, "Runs"))
    ]
    places += [text.index(f"<h2>{title}") for title in ("Exceptions", "Changes")]
    assert sorted(places) == places
    assert "<dt>Made by</dt><dd><code>x on x</code> (as the environment claims)</dd>" in text
    assert "<h3>Run <code>x: x x</code></h3>" in text
    assert "<td>no approver known</td>" in text
    assert "WARNING" not in text


def test_a_broken_trail_is_a_warning_on_the_first_page() -> None:
    text = html(binder("x", Break(2, "edited", "it was")))
    assert text.index("WARNING: The audit trail is broken in 1 place.") < text.index("Made at")


def test_an_empty_trail_and_an_error_are_pages_too() -> None:
    whole = binder("x")
    assert 3 == html(AuditFigures(whole.figures, [], whole.cover)).count("<p>None.</p>")
    failed = html(None, error=StalePlan("<b>one</b>\ntwo", hint="<i>"), warnings=("<u>",))
    assert '<p class="warning">Error: &lt;b&gt;one&lt;/b&gt;<br>two</p>' in failed
    assert ("&lt;i&gt;" in failed, "Warning: &lt;u&gt;" in failed) == (True, True)
    Page(failed)


def test_it_is_the_same_each_time() -> None:
    assert html(binder("x")) == html(binder("x"))


def test_no_other_report_is_a_page() -> None:
    with pytest.raises(WrongUsage, match="html can't show a report of audit show"):
        form.render(Report("audit show", view=AuditShown([])), color=False)


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_names_are_text_and_nothing_else(name: str) -> None:
    breaks = (Break(2, "edited", name),)
    tame, hostile = Page(html(binder("x", *breaks))), Page(html(binder(name, *breaks)))
    assert tame.tags == hostile.tags
    assert hostile.text.replace("\n", "").isprintable()


@given(CHARACTERS)
def test_any_name_at_all(name: str) -> None:
    assert Page(html(binder("x"))).tags == Page(html(binder(name))).tags
