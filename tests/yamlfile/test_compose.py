import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.yamlfile.compose import MOST_FINDINGS
from syncer.yamlfile.document import Document, parse
from syncer.yamlfile.nodes import BROKEN
from tests.yamlfile.texts import WORDS


def ids(document: Document) -> list[str]:
    return [finding.id for finding in document.findings]


def test_own_keys_win_over_merged_ones_and_earlier_over_later() -> None:
    text = b"x: &x {a: 1, b: 1}\ny: &y {b: 2, c: 2}\nz:\n  a: 0\n  <<: [*x, *y]\n"
    assert parse("p.yaml", text).data["z"] == {"a": 0, "b": 1, "c": 2}


def test_a_broken_value_is_merged_without_another_word() -> None:
    document = parse("p.yaml", b"a: {<<: !foo {b: 1}, c: 1}\n")
    assert ids(document) == ["yaml.tag"]
    assert document.data == {"a": {"c": 1}}


def test_a_block_text_may_begin_on_the_line_below_its_anchor() -> None:
    assert {"a": "b\n"} == parse("p.yaml", b"a: &x\n  |\n  b\n").data


def test_a_quoted_merge_key_is_a_key() -> None:
    assert parse("p.yaml", b"'<<': 1\n").data == {"<<": 1}


def test_a_broken_key_is_left_out_without_another_word() -> None:
    document = parse("p.yaml", b"!foo a: 1\n*b : 2\nc: 3\n")
    assert ids(document) == ["yaml.tag", "yaml.unknown-alias"]
    assert document.data == {"c": 3}


def test_an_alias_may_be_a_key() -> None:
    assert parse("p.yaml", b"a: &b b\n*b : 1\n").data == {"a": "b", "b": 1}


def test_all_that_is_wrong_is_told_in_one_go() -> None:
    text = b"a: !foo 1\na: 2\n5: 3\nb: .inf\nc: *d\ne: 1\ne: 2\n"
    expected = ["yaml.tag", "yaml.duplicate-key", "yaml.key", "yaml.number", "yaml.unknown-alias"]
    assert [*expected, "yaml.duplicate-key"] == ids(parse("p.yaml", text))


def test_findings_of_one_file_are_bounded() -> None:
    assert len(parse("p.yaml", b"a: 1\n" * 5000).findings) == MOST_FINDINGS


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"[" * 100_000, "yaml.depth"),
        (b"{" * 100_000, "yaml.depth"),
        (b"- " * 100_000, "yaml.depth"),
        (b"? " * 100_000, "yaml.depth"),
        (b"[\n" * 100_000, "yaml.depth"),
        (b"a: &a [[[[[[[[[[x]]]]]]]]]]\nb: " + b"[" * 95 + b"*a", "yaml.depth"),
        pytest.param(b"[" + b"a," * 500_100, "yaml.too-large", marks=pytest.mark.slow),
        (b"a: &a " + b"x" * 1_000_000 + b"\nb: [" + b"*a," * 1000 + b"]", "yaml.aliases"),
        (b"!" * 1_000_000, "yaml.tag"),
        (b"&a " * 100_000, "yaml.syntax"),
        (b'"' + b"a\n" * 500_000, "yaml.syntax"),
        (b"%x\n" * 100_000, "yaml.syntax"),
        (b"---\n" * 100_000, "yaml.documents"),
        (b":" * 1_000_000, "yaml.syntax"),
        (b"\xff\n" * 100_000, "yaml.encoding"),
    ],
)
def test_a_hostile_file_ends_in_a_finding(content: bytes, expected: str) -> None:
    document = parse("p.yaml", content)
    assert BROKEN is document.data
    assert {expected} == set(ids(document))


def test_a_chain_of_aliases_does_not_nest_too_deep() -> None:
    chain = "".join(f"b{n}: &a{n + 1} [*a{n}]\n" for n in range(2000))
    assert ids(parse("p.yaml", f"a: &a0 [x]\n{chain}".encode())) == ["yaml.depth"]


@given(st.binary())
def test_any_bytes_give_a_document(content: bytes) -> None:
    document = parse("p.yaml", content)
    assert document.findings or isinstance(document.data, dict)


@given(st.lists(WORDS, max_size=60).map("".join))
def test_any_yaml_like_text_gives_a_document(text: str) -> None:
    document = parse("p.yaml", text.encode())
    assert document.findings or isinstance(document.data, dict)
    for finding in document.findings:
        place = finding.position
        assert place is not None
        assert 1 <= place.line <= len(document.lines)
        assert 1 <= place.column <= len(document.lines[place.line - 1]) + 1
