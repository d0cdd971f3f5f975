import base64
import hashlib
import json
import re

import pytest

from syncer.report import render
from syncer.report.html.page import as_data, page
from tests.report.html.pages import Page
from tests.report.report_samples import HOSTILE, reports

PAGES = {
    kind: render("html", report) for kind, report in reports("x").items() if report.command != "audit report"
}
PARTS = ("plan, held", "apply, undone", "apply, watched", "drift, loops", "drift, audited", "stop")
every_page = pytest.mark.parametrize("kind", PAGES)


def hash_of(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@every_page
def test_only_its_own_style_and_script_are_allowed(kind: str) -> None:
    read = Page(PAGES[kind])
    (policy,) = [each for each in read.all("meta") if "http-equiv" in each.attributes]
    (script,) = [each for each in read.all("script") if "type" not in each.attributes]
    assert (
        f"default-src 'none'; style-src {hash_of(read.one('style').text)}; "
        f"script-src {hash_of(script.text)}; "
        "base-uri 'none'; form-action 'none'"
    ) == policy.attributes["content"]


@every_page
def test_it_loads_nothing_and_styles_nothing_in_place(kind: str) -> None:
    for element in Page(PAGES[kind]).elements:
        assert not {"style", "src", "srcset", "action", "background"} & element.attributes.keys()
        assert not [name for name in element.attributes if name.startswith("on")]
        assert element.attributes.get("href", "#").startswith("#")
        assert element.tag not in {"link", "img", "iframe", "object", "embed", "base", "form"}
    style = Page(PAGES[kind]).one("style").text
    assert not re.search(r"url\(|@import|@font-face", style)


@every_page
def test_links_lead_to_something_and_ids_are_there_once(kind: str) -> None:
    elements = Page(PAGES[kind]).elements
    ids = [each.attributes["id"] for each in elements if "id" in each.attributes]
    assert sorted(set(ids)) == sorted(ids)
    links = {each.attributes["href"][1:] for each in elements if "href" in each.attributes}
    labels = {each.attributes.get("aria-labelledby", "") for each in elements} - {""}
    assert set() == (links | labels) - set(ids)


@every_page
def test_the_title_is_the_headline(kind: str) -> None:
    read = Page(PAGES[kind])
    assert " ".join(read.all("title")[0].text.split()) == " ".join(read.one("h1").text.split())


@every_page
def test_controls_wait_for_the_script(kind: str) -> None:
    for element in Page(PAGES[kind]).elements:
        if "data-script" in element.attributes:
            assert "hidden" in element.attributes


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_names_are_text_and_nothing_else(name: str) -> None:
    for kind, report in reports(name).items():
        if kind in PARTS:
            read, tame = Page(render("html", report)), Page(PAGES[kind])
            tags = {each.tag for each in read.elements}
            assert tags <= {each.tag for each in tame.elements} | {"br"}, kind
            names = {key for each in read.elements for key in each.attributes}
            assert names <= {key for each in tame.elements for key in each.attributes} | {
                "textlength",
                "lengthadjust",
            }
            json.loads(read.by_id("data").text)


def test_data_ends_no_script() -> None:
    hostile = {"a": ["</script><!--", "&amp;", "\u2028\u2029"], "b": "é"}
    text = as_data(hostile)
    assert not re.search("[<>&\u2028\u2029]", text)
    assert hostile == json.loads(text)


def test_the_same_report_gives_the_same_bytes() -> None:
    again = reports("x")
    assert {kind: render("html", again[kind]) for kind in PAGES} == PAGES


def test_a_page_of_nothing() -> None:
    read = Page("".join(page("A <title>", ["<main></main>"])))
    assert "A <title>" == read.one("title").text
    assert {} == json.loads(read.by_id("data").text)
