"""From bytes to text: UTF-8, and nothing that another reader would see differently."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.model.characters import INVISIBLE
from syncer.model.finding import Finding
from syncer.yamlfile.decode import Lines, decode, split_lines


def told(findings: tuple[Finding, ...]) -> list[tuple[str, str, str]]:
    return [(str(each.position), each.id, each.message) for each in findings]


SEEN = st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\u2028\u2029\ufeff\ufffe\uffff")


@given(st.text(SEEN.filter(lambda character: not INVISIBLE.match(character))))
def test_plain_text_is_read_as_it_is_with_or_without_a_byte_order_mark(text: str) -> None:
    assert (text, ()) == decode("f", text.encode())
    assert (text, ()) == decode("f", b"\xef\xbb\xbf" + text.encode())


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("utf-32", "UTF-32"),
        ("utf-32-le", "UTF-32"),
        ("utf-32-be", "UTF-32"),
    ],
)
def test_another_encoding_is_named_and_nothing_is_parsed(encoding: str, name: str) -> None:
    text, findings = decode("f", "version: 1\n".encode(encoding))
    assert "" == text
    assert [("f:1:1", "yaml.encoding", f"the file is {name}, but must be UTF-8")] == told(findings)


def test_the_first_bad_byte_of_each_line_is_told_with_what_it_may_have_been() -> None:
    text, findings = decode("f", "ü: 1\r\né: ".encode() + b"\xfc\xfc\n\x81")
    assert [
        ("f:2:4", "yaml.encoding", "the byte 0xFC is not UTF-8"),
        ("f:3:1", "yaml.encoding", "the byte 0x81 is not UTF-8"),
    ] == told(findings)
    assert ["'ü'", "not a character either"] == [each.tip.rpartition("this byte is ")[2] for each in findings]
    assert "ü: 1\r\né: ��\n�" == text


@pytest.mark.parametrize(
    ("character", "id_", "words"),
    [
        ("\x00", "yaml.control-character", "U+0000 is a control character and not allowed here"),
        ("\x1b", "yaml.control-character", "U+001B is a control character and not allowed here"),
        ("\uffff", "yaml.control-character", "U+FFFF is not a character and not allowed here"),
        ("\ufeff", "yaml.control-character", "U+FEFF, a byte order mark, may appear only at the very start"),
        ("\u200b", "yaml.control-character", "U+200B can't be seen"),
        ("\u00ad", "yaml.control-character", "U+00AD can't be seen"),
        ("\ufe0f", "yaml.control-character", "U+FE0F can't be seen"),
        ("\u3164", "yaml.control-character", "U+3164 can't be seen"),
        ("\u2800", "yaml.control-character", "U+2800 can't be seen"),
        ("\U000e0041", "yaml.control-character", "U+E0041 can't be seen"),
        ("\u202e", "yaml.control-character", "U+202E reverses the text after it"),
        ("\u2066", "yaml.control-character", "U+2066 reverses the text after it"),
        ("\u200e", "yaml.control-character", "U+200E reverses the text after it"),
        ("\x85", "yaml.line-separator", "U+0085 is a line break to some YAML parsers"),
        ("\u2028", "yaml.line-separator", "U+2028 is a line break to some YAML parsers"),
    ],
)
def test_what_nobody_sees_is_told_at_its_place(character: str, id_: str, words: str) -> None:
    content = f"one: 1\ntwo: {character}2\n"
    text, findings = decode("f", content.encode())
    assert content == text
    ((place, found, message),) = told(findings)
    assert ("f:2:6", id_, True) == (place, found, message.startswith(words))


def test_what_turns_the_text_is_told_in_a_comment_too_with_how_to_write_it() -> None:
    _, (first, second) = decode("f", "a: 1  # \u202e]}\u2066\n".encode())
    assert ("f:1:9", "f:1:12") == (str(first.position), str(second.position))
    assert first.tip.endswith(r"write the name in double quotes with \u202e")


@pytest.mark.parametrize("text", ["👩\u200d💻 Tech", "☎\ufe0f Desk", "می\u200cخواهم", "क\u094d\u200dष"])
def test_what_shapes_an_emoji_or_a_word_is_part_of_it(text: str) -> None:
    assert (text, ()) == decode("f", text.encode())


@pytest.mark.parametrize("content", [b"\xff\n" * 1000, b"\x07\n" * 1000])
def test_some_places_are_enough(content: bytes) -> None:
    assert 20 == len(decode("f", content)[1])


def test_lines_end_as_an_editor_counts_them() -> None:
    assert ("a", "b", "", "c\u2028d\x85e") == split_lines("a\r\nb\r\rc\u2028d\x85e")


@pytest.mark.parametrize(
    "content", [b"", b"a\nb", b"a\r\nb\n", "ü\n😀".encode(), b"\xef\xbb\xbfa\n", b"\xff\n"]
)
def test_lines_are_those_of_the_text(content: bytes) -> None:
    lines, expected = Lines("p.yaml", content), split_lines(decode("p.yaml", content)[0])
    assert expected == lines == Lines("p.yaml", content)
    assert (len(expected), expected[-1], expected[1:]) == (len(lines), lines[-1], lines[1:])
    assert (list(expected), hash(expected), repr(expected)) == (list(lines), hash(lines), repr(lines))
    assert lines != list(expected)
