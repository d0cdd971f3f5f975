"""Timestamps, from a server that is openssl: what is asked for, and what is believed."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from importlib import util
from pathlib import Path

import pytest

from syncer.audit.timestamp import BadStamp, ask, read, trusted_roots
from syncer.errors import BadAnswer, ConfigError, NotSent
from tests.scripted_server import Seen, Step, answer, serving
from tests.tsa import Authority

HEAD = "sha256:" + "5f1c" * 16
OTHER = "sha256:" + "a07e" * 16


@pytest.fixture(scope="module")
def tsa(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    yield Authority(tmp_path_factory.mktemp("tsa") / "own")


def test_a_head_is_stamped(tsa: Authority, tmp_path: Path) -> None:
    roots = trusted_roots(tsa.roots.read_bytes())
    with serving(tsa.step) as server:
        data = ask(server.url, HEAD, roots)
    assert 1 == len(server.seen)
    assert ("POST", "application/timestamp-query") == (
        server.seen[0].method,
        server.seen[0].headers["content-type"],
    )
    assert b"5f1c5f1c" not in server.seen[0].body, "the server sees a hash of the head alone"
    stamp = read(data, roots)
    assert (sha256(HEAD.encode()).digest(), True) == (stamp.imprint, stamp.checked)
    assert abs(stamp.time - datetime.now(UTC)) < timedelta(minutes=10)
    (tmp_path / "receipt").write_bytes(data)
    assert "Verification: OK" == tsa.verify(tmp_path / "receipt", HEAD)
    assert "Verification: OK" != tsa.verify(tmp_path / "receipt", OTHER)


def test_without_roots_nothing_is_said_of_the_signature(tsa: Authority) -> None:
    with serving(tsa.step) as server:
        data = ask(server.url, HEAD)
    assert not read(data, ()).checked


def test_a_server_that_the_roots_do_not_vouch_for(tsa: Authority, tmp_path: Path) -> None:
    roots = trusted_roots(Authority(tmp_path / "other", "Other").roots.read_bytes())
    with serving(tsa.step) as server:
        with pytest.raises(BadAnswer, match=r"can't be used: Error while verifying certificates") as caught:
            ask(server.url, HEAD, roots)
        assert "--tsa-roots" in caught.value.hint
        data = ask(server.url, HEAD)
    with pytest.raises(BadStamp, match="verifying certificates"):
        read(data, roots)


def test_a_stamp_that_was_edited(tsa: Authority) -> None:
    roots = trusted_roots(tsa.roots.read_bytes())
    with serving(tsa.step) as server:
        data = ask(server.url, HEAD)
    seen, theirs = sha256(HEAD.encode()).digest(), sha256(OTHER.encode()).digest()
    assert 1 == data.count(seen)
    with pytest.raises(BadStamp):
        read(data.replace(seen, theirs), roots)
    with pytest.raises(BadStamp):
        read(data[:-10] + bytes(10), roots)


def test_the_stamp_of_another_request_is_refused(tsa: Authority) -> None:
    """As a server, or somebody on the way, may send it again."""
    with serving(tsa.step) as server:
        of_head, of_other = ask(server.url, HEAD), ask(server.url, OTHER)
    for again in map(answer, (of_head, of_other)):
        with (
            serving(partial(_always, again)) as server,
            pytest.raises(BadAnswer, match="it is of something else"),
        ):
            ask(server.url, HEAD)


def _always(step: Step, _seen: Seen) -> Step:
    return step


def rejection(tsa: Authority) -> bytes:
    """What openssl answers to something that is no request."""
    return tsa.reply(b"no request")


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (answer(b"<html>"), "it is not a timestamp"),
        (answer(b""), "it is not a timestamp"),
        (answer(b"no", 503), "answers 503"),
        (answer(b"x" * 300_000), "larger than 262,144 bytes"),
        (answer(status=302, Location="http://127.0.0.1:9/"), "redirect"),
    ],
)
def test_an_answer_of_no_use(step: Step, words: str) -> None:
    with serving(partial(_always, step)) as server, pytest.raises(BadAnswer, match=words):
        ask(server.url, HEAD)


def test_a_server_that_refuses(tsa: Authority) -> None:
    refusal = answer(rejection(tsa))
    with (
        serving(partial(_always, refusal)) as server,
        pytest.raises(BadAnswer, match=r"it was not granted \(status 2"),
    ):
        ask(server.url, HEAD)


def test_nobody_answers() -> None:
    with pytest.raises(NotSent):
        ask("http://127.0.0.1:9/", HEAD)


@pytest.mark.parametrize(
    "pem", [b"", b"roots", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
)
def test_roots_that_are_none(pem: bytes) -> None:
    with pytest.raises(ConfigError, match="not PEM certificates"):
        trusted_roots(pem)


def test_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("syncer.audit.timestamp.find_spec", lambda _name: None)
    assert util.find_spec("rfc3161_client") is not None
    with pytest.raises(ConfigError, match="rfc3161-client, which is not installed") as caught:
        ask("http://127.0.0.1:9/", HEAD)
    assert 'pip install "rfc3161-client>=1.0.6"' == caught.value.hint


def test_a_request_is_sent_as_it_is(tsa: Authority) -> None:
    seen: list[Seen] = []

    def script(request: Seen) -> Step:
        seen.append(request)
        return tsa.step(request)

    with serving(script) as server:
        ask(f"{server.url}/tsr?x=1", HEAD)
    assert ["/tsr?x=1"] == [each.path for each in seen]
    assert "application/timestamp-reply" == seen[0].headers["accept"]
    assert "authorization" not in seen[0].headers
