"""The dispatcher: what is sent when, what is tried again, what is kept."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook

from syncer.errors import BadAnswer, ConfigError, NoAnswer
from syncer.notify.outbox import Message, Outbox
from syncer.notify.webhook import Dispatcher, Endpoint, Sign, signer
from tests.receiver import SECRET

Answer = tuple[int, Mapping[str, str]]
Step = Answer | Exception


@dataclass
class Line:
    """A line to a receiver that answers in steps, and the waits in between."""

    steps: list[Step] = field(default_factory=list)
    sent: list[tuple[str, bytes, Mapping[str, str]]] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    before: Callable[[], object] = lambda: None

    def post(self, content: bytes, headers: Mapping[str, str]) -> Answer:
        self.before()
        self.sent.append((headers["webhook-id"], content, headers))
        step = self.steps.pop(0) if self.steps else (204, {})
        if isinstance(step, Exception):
            raise step
        return step

    def endpoint(self, sign: Sign | None = None) -> Endpoint:
        return Endpoint(self.post, "json", sign, lambda: datetime.now(UTC), self.waits.append, lambda: 1.0)

    @property
    def ids(self) -> list[str]:
        return [id_ for id_, _, _ in self.sent]


def entries(*numbers: int) -> list[dict[str, Any]]:
    return [{"run": "r", "n": number, "timestamp": "2026"} for number in numbers]


def status(code: int, **headers: str) -> Answer:
    return code, {name.replace("_", "-"): value for name, value in headers.items()}


def test_messages_go_out_in_order_and_each_once(tmp_path: Path) -> None:
    line = Line()
    dispatcher = Dispatcher(line.endpoint(), Outbox(tmp_path))
    dispatcher.send(entries(1, 2))
    dispatcher.send(entries(2, 3))
    assert "" == dispatcher.close()
    assert ["r-1", "r-2", "r-3"] == line.ids
    assert [] == list(tmp_path.iterdir())


def test_a_message_is_signed_as_standard_webhooks_say(tmp_path: Path) -> None:
    line = Line()
    dispatcher = Dispatcher(line.endpoint(signer(SECRET)), Outbox(tmp_path))
    dispatcher.send(entries(1))
    dispatcher.close()
    ((_, content, headers),) = line.sent
    assert entries(1)[0] == Webhook(SECRET).verify(content, dict(headers))


@pytest.mark.parametrize(
    "secret", ["", "x", "whsec_", "whsec_§§", "whsec_a b", SECRET.removeprefix("whsec_")]
)
def test_a_secret_of_another_form_is_refused_and_not_repeated(secret: str) -> None:
    with pytest.raises(ConfigError) as caught:
        signer(secret)
    assert "whsec_ followed by base64" in caught.value.hint
    assert len(secret) < 8 or secret not in caught.value.message


def test_without_the_library_the_way_to_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "standardwebhooks.webhooks", None)
    with pytest.raises(ConfigError, match="standardwebhooks is not installed") as caught:
        signer(SECRET)
    assert "pip install standardwebhooks" in caught.value.hint


@pytest.mark.parametrize(
    ("step", "attempts", "waits"),
    [
        (status(500), 3, [1.0, 2.0]),
        (status(408), 3, [1.0, 2.0]),
        (status(429, Retry_After="3"), 3, [3.0, 3.0]),
        (status(503, Retry_After="Wed, 21 Oct 2026 07:28:00 GMT"), 3, [1.0, 2.0]),
        (status(429, Retry_After="3600"), 1, []),
        (NoAnswer("it did not answer in time"), 3, [1.0, 2.0]),
        (status(400), 1, []),
        (status(410), 1, []),
        (status(304), 1, []),
        (BadAnswer("it answers with a redirect"), 1, []),
        (ConfigError("its certificate is not trusted"), 1, []),
        (ZeroDivisionError(), 1, []),
    ],
)
def test_what_is_tried_again_and_how_long_is_waited(
    tmp_path: Path, step: Step, attempts: int, waits: list[float]
) -> None:
    line = Line([step] * attempts)
    dispatcher = Dispatcher(line.endpoint(), Outbox(tmp_path))
    dispatcher.send(entries(1, 2))
    left = dispatcher.close()
    assert [*["r-1"] * attempts, "r-2"] == line.ids
    assert waits == line.waits
    assert left.startswith("1 of 2 messages to the webhook not delivered (")
    assert left.endswith(f"kept in {tmp_path}, and sent first by the next run")
    assert ["r-1.json"] == [path.name for path in tmp_path.iterdir()]


def test_a_second_attempt_may_succeed(tmp_path: Path) -> None:
    line = Line([status(500), NoAnswer("lost")])
    dispatcher = Dispatcher(line.endpoint(), Outbox(tmp_path))
    dispatcher.send(entries(1))
    assert "" == dispatcher.close()
    assert (["r-1"] * 3, []) == (line.ids, list(tmp_path.iterdir()))


def test_kept_messages_go_first_and_only_until_they_are_delivered(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    for entry in entries(2, 1):
        outbox.keep(Message.of(entry), "before")
    for expected in (["r-1", "r-2", "r-3"], []):
        line = Line()
        dispatcher = Dispatcher(line.endpoint(), outbox)
        dispatcher.send(entries(3) if expected else [])
        assert "" == dispatcher.close()
        assert expected == line.ids


@pytest.mark.parametrize(
    ("how", "why"),
    [({"patience": 0.0}, "not delivered within 0 s"), ({"hurried": lambda: True}, "interrupted")],
)
def test_the_end_waits_no_longer_than_it_may_and_keeps_the_rest(
    how: dict[str, Any], why: str, tmp_path: Path
) -> None:
    there, go_on = threading.Event(), threading.Event()

    def hang() -> None:
        there.set()
        go_on.wait()

    line = Line(before=hang)
    dispatcher = Dispatcher(line.endpoint(), Outbox(tmp_path))
    dispatcher.send(entries(1, 2))
    there.wait()
    assert f"2 of 2 messages to the webhook not delivered ({why})" in dispatcher.close(**how)
    assert {"r-1.json", "r-2.json"} == {path.name for path in tmp_path.iterdir()}
    go_on.set()
    dispatcher.join()
    assert ["r-1"] == line.ids
    assert ["r-2.json"] == [path.name for path in tmp_path.iterdir()]


class Noticing(Outbox):
    """An outbox that notices when a certain message is kept."""

    def __init__(self, folder: Path, last: str) -> None:
        super().__init__(folder)
        self.last = last
        self.noticed = threading.Event()

    def keep(self, message: Message, reason: str) -> None:
        super().keep(message, reason)
        if message.id == self.last:
            self.noticed.set()


def test_from_the_end_on_a_message_lies_in_the_folder_until_it_is_delivered(tmp_path: Path) -> None:
    seen: list[list[str]] = []
    outbox = Noticing(tmp_path, "r-2")

    def look() -> None:
        outbox.noticed.wait()
        seen.append(sorted(path.name for path in tmp_path.iterdir()))

    dispatcher = Dispatcher(Line(before=look).endpoint(), outbox)
    dispatcher.send(entries(1, 2))
    assert "" == dispatcher.close()
    assert [["r-1.json", "r-2.json"], ["r-2.json"]] == seen
    assert [] == list(tmp_path.iterdir())


def test_the_end_waits_for_a_time_not_for_a_number_of_messages(tmp_path: Path) -> None:
    outbox = Noticing(tmp_path, "r-50")
    line = Line(before=outbox.noticed.wait)
    dispatcher = Dispatcher(line.endpoint(), outbox)
    dispatcher.send(entries(*range(1, 51)))
    assert "" == dispatcher.close(patience=0.1, clock=lambda: 0.0)
    assert 50 == len(line.ids)


def test_messages_that_cannot_be_kept_are_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    dispatcher = Dispatcher(Line([status(400)]).endpoint(), Outbox(tmp_path / "file"))
    dispatcher.send(entries(1))
    left = dispatcher.close()
    assert "1 of 1 messages to the webhook not delivered (the receiver answered 400); " in left
    assert "can't be made" in left


def test_a_message_that_cannot_be_removed_is_delivered_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "r-1.json").mkdir()
    line = Line()
    dispatcher = Dispatcher(line.endpoint(), Outbox(tmp_path))
    dispatcher.send(entries(1, 2))
    assert "" == dispatcher.close()
    assert ["r-1", "r-2"] == line.ids
