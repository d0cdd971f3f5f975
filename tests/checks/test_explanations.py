"""The explanations of findings: whole, found by what people type, and with examples that are true."""

import re
from pathlib import Path

import pytest

from syncer.checks.explanations import explanations, nearest, selected
from syncer.model.finding import Severity
from tests.docs.documents import DOCUMENTS, ROOT

KNOWN = explanations()
LONGEST_SUMMARY = 100


def ids(asked: str) -> list[str]:
    return [each.id for each in selected(KNOWN, asked)]


def test_each_is_written_in_full_sentences() -> None:
    texts = [text for each in KNOWN for text in (each.meaning, each.remedy)]
    assert [] == [text for text in texts if not re.fullmatch(r"[A-Z`].*\.", text) or "](" in text]


def test_a_summary_fits_a_line() -> None:
    assert [] == [each.summary for each in KNOWN if len(each.summary) > LONGEST_SUMMARY]


def test_only_the_first_sentence_is_the_summary() -> None:
    (found,) = selected(KNOWN, "yaml.line-separator")
    assert "A character is a line break to some YAML parsers, but not to others." == found.summary
    assert found.meaning.startswith(f"{found.summary} It ")


def test_severities_and_settings_are_those_of_the_program() -> None:
    by_id = {each.id: each for each in KNOWN}
    assert "checks.capacity.tight" == by_id["capacity.tight"].setting
    assert "" == by_id["loops.cycle"].setting
    overcommitted = by_id["capacity.overcommitted"]
    assert "error; warning if the queue is not managed" == overcommitted.severity_in_words
    assert (Severity.INFO, "info") == (
        by_id["capacity.tight"].severity,
        by_id["capacity.tight"].severity_in_words,
    )


def test_an_example_is_a_message_that_another_test_expects() -> None:
    tests = [path for path in (ROOT / "tests").rglob("*.*") if path.suffix in (".py", ".txt")]
    texts = [
        path.read_text(encoding="utf-8")
        for path in (*DOCUMENTS, *tests)
        if "explain" not in path.name and path != Path(__file__)
    ]
    examples = [each.example for each in KNOWN if each.example]
    assert "Orders → Returns → Orders overflows in a circle" in examples
    assert [] == [example for example in examples if not any(example in text for text in texts)]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("loops.watch", ["loops.watch"]),
        (" Loops.Watch: ", ["loops.watch"]),
        ("schema.MINLENGTH", ["schema.minLength"]),
        ("loops", ["loops.cycle", "loops.watch", "loops.flow", "loops.unmanaged", "loops.unchecked"]),
        ("loops.un", ["loops.unmanaged", "loops.unchecked"]),
        ("*.unknown*", ["references.unknown", "yaml.unknown-alias"]),
        ("schema.*Items", ["schema.minItems", "schema.maxItems"]),
        ("unknown", []),
        ("*.nothing", []),
    ],
)
def test_what_is_asked_for_is_found(asked: str, expected: list[str]) -> None:
    assert expected == ids(asked)


def test_an_id_that_starts_another_selects_only_itself() -> None:
    beginning = [
        each.id for each in KNOWN if any(o.id != each.id and o.id.startswith(each.id) for o in KNOWN)
    ]
    for asked in ["yaml.tag", *beginning]:
        assert [asked] == ids(asked)


def test_without_an_id_all_are_explained() -> None:
    assert [each.id for each in KNOWN] == ids("")


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("loop.cycle", ("loops.cycle",)),
        ("exceded", ("capacity.exceeded",)),
        ("schema.minlenght", ("schema.minLength", "schema.maxLength", "schema.minItems")),
        ("unknown", ("references.unknown", "yaml.unknown-alias")),
        ("a", ("references.self-target", "references.duplicate-queue", "references.duplicate-target")),
        ("xyzzy", ()),
    ],
)
def test_the_nearest_ids_come_first(asked: str, expected: tuple[str, ...]) -> None:
    assert expected == nearest(KNOWN, asked)
