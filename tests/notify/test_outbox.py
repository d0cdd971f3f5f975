import json
from pathlib import Path

import pytest

from syncer.audit.chain import Chain
from syncer.errors import AuditError, SyncerError
from syncer.model.json_reader import parsed
from syncer.notify.forms import body
from syncer.notify.outbox import Message, Outbox
from tests.audit.trails import NOW, whole_run
from tests.special_files import KINDS, put


def messages_of(folder: Path) -> list[Message]:
    """A message for each entry of a whole run, as they stand in a chain."""
    told: list[Message] = []
    chain = Chain(folder / "audit", told=lambda entries: told.extend(map(Message.of, entries)))
    for entry in whole_run():
        chain.append([entry])
    return told


def test_the_id_is_made_of_run_and_number(tmp_path: Path) -> None:
    run = "20260301T083000Z-abcdef"
    assert [f"{run}-{number}" for number in (1, 2, 3, 4)] == [message.id for message in messages_of(tmp_path)]


@pytest.mark.parametrize("run", ["../../etc/passwd", "a b", "a\r\nX: y", "", "x" * 81, None, {"a": "\ud800"}])
def test_an_id_is_fit_for_headers_and_files_whatever_the_entry_says(run: object) -> None:
    first, second = (Message.of({"run": run, "n": number}).id for number in (1, 2))
    assert first != second
    assert first.replace("-", "").isalnum() and first.isascii()
    assert Message.of({"run": "other", "n": 1}).id != first


def test_what_is_kept_comes_back_oldest_first_and_can_be_dropped(tmp_path: Path) -> None:
    sent, outbox = messages_of(tmp_path), Outbox(tmp_path / "outbox")
    assert [] == outbox.kept()
    for message in reversed(sent):
        outbox.keep(message, "because")
    assert sent == outbox.kept()
    assert [list(message.entry) for message in sent] == [list(message.entry) for message in outbox.kept()]
    for message in (sent[0], sent[0], sent[2]):
        outbox.drop(message)
    assert [sent[1], sent[3]] == outbox.kept()


def test_the_tenth_comes_after_the_ninth(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    for number in (10, 9, 100):
        outbox.keep(Message.of({"run": "r", "n": number, "timestamp": NOW}), "")
    assert [9, 10, 100] == [message.entry["n"] for message in outbox.kept()]


TWICE = b'{"entry": {"run": "evil", "run": "r", "n": 1}}'


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"{}", b'{"entry": 5}', b'{"entry": {"run": "x"}}', b"\xff", TWICE]
)
def test_what_is_no_message_stays_where_it_is(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "r-1.json").write_bytes(content)
    assert [] == Outbox(tmp_path).kept()
    assert content == (tmp_path / "r-1.json").read_bytes()


def test_a_message_says_why_it_is_kept_in_a_folder_that_is_made_for_it(tmp_path: Path) -> None:
    folder = tmp_path / "state" / "outbox"
    Outbox(folder).keep(Message("r-1", {"run": "r", "n": 1}), "the receiver answered 500")
    content = json.loads((folder / "r-1.json").read_text())
    assert ("syncer.message/v1", "the receiver answered 500") == (content["format"], content["reason"])


def test_a_folder_that_cannot_be_used_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SyncerError, match="can't be made"):
        Outbox(tmp_path / "file").keep(Message("r-1", {}), "")
    (tmp_path / "r-1.json").mkdir()
    with pytest.raises(AuditError, match=r"r-1\.json can't be removed"):
        Outbox(tmp_path).drop(Message("r-1", {}))


@pytest.mark.parametrize("kind", KINDS)
def test_something_else_in_the_place_of_a_message_holds_nobody_up(tmp_path: Path, kind: str) -> None:
    put(kind, tmp_path / "r-1.json")
    assert [] == Outbox(tmp_path).kept()
    with pytest.raises(SyncerError, match=r"r-1\.json can't be written"):
        Outbox(tmp_path).keep(Message("r-1", {}), "")


def test_numbers_of_live_are_kept_with_all_their_digits(tmp_path: Path) -> None:
    entry = parsed(b'{"run": "r", "n": 1, "written": {"x": 0.12345678901234567890}}')
    message = Message.of(entry)
    Outbox(tmp_path).keep(message, "")
    assert [message] == Outbox(tmp_path).kept()
    assert b'"x": 0.12345678901234567890}' in body("json", entry)
