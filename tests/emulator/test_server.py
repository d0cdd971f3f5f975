"""Binding, serving and stopping."""

import signal
import socket
import threading
from pathlib import Path

import pytest
import requests

from syncer.emulator.server import Emulator, serve
from syncer.errors import ConfigError, Refused
from tests.emulator.emulator_api import GRANT, logged_in, queue, running

OWN_HOST = "127.1.2.4"
"""Where no other test takes a port that gets free."""


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org", ""])
def test_only_loopback_is_bound_to_unless_told_twice(host: str) -> None:
    with pytest.raises(Refused, match="can be reached from other machines"):
        Emulator(host=host)


def test_told_twice_it_is_exposed() -> None:
    with running(host="0.0.0.0", expose=True) as api:
        assert 200 == api.call("GET", "/_emulator/requests").status_code


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.1.2.3", "::1"])
def test_every_loopback_address_works(host: str) -> None:
    with running(host=host) as api:
        assert 200 == api.call("POST", "/oauth/token", data=GRANT, auth=("demo", "demo")).status_code


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=f"Can't listen on 127.0.0.1:{port}: Address already in use"):
            Emulator(port=port, state=str(tmp_path / "state.sqlite"))


@pytest.mark.parametrize(
    ("host", "port", "reason"),
    [("127.0.0.1", 70_000, "port"), ("192.0.2.1", 0, "Cannot assign"), ("a..b", 0, "a..b")],
)
def test_an_address_that_makes_no_sense_is_named(host: str, port: int, reason: str) -> None:
    with pytest.raises(ConfigError, match=reason):
        Emulator(host=host, port=port, expose=True)


def test_queues_that_make_no_sense_are_named() -> None:
    with pytest.raises(ConfigError, match="queue 1 is not an object with a name"):
        Emulator(queues=[{}])


def test_it_stops_while_connections_are_open_and_frees_its_port() -> None:
    with (
        logged_in(
            [queue("A")], host="127.1.2.4"
        ) as api,  # where nobody else binds to the port that gets free
        socket.create_connection(_address(api.url), timeout=60) as idle,
    ):
        assert 200 == api.call("GET", "/_emulator/requests").status_code
        url = api.url
        idle.sendall(b"GET /half")
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{url}/_emulator/requests", timeout=60)
    port = _address(url)[1]
    with Emulator(host=OWN_HOST, port=port) as again:
        assert url == again.url


def test_it_can_be_stopped_without_having_served_and_stopped_twice() -> None:
    emulator = Emulator()
    emulator.stop()
    emulator.stop()


@pytest.mark.parametrize("stops", [(signal.SIGINT,), (signal.SIGTERM,), (signal.SIGINT, signal.SIGTERM)])
def test_a_signal_ends_serving(stops: tuple[signal.Signals, ...], capsys: pytest.CaptureFixture[str]) -> None:
    emulator = Emulator(queues=[queue("A")])
    answers: list[int] = []

    def ask_and_stop() -> None:
        with requests.Session() as session:
            answers.append(session.get(f"{emulator.url}/_emulator/requests", timeout=60).status_code)
            for stop in stops:
                signal.pthread_kill(threading.main_thread().ident or 0, stop)

    asking = threading.Thread(target=ask_and_stop)
    asking.start()
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    serve(emulator)
    asking.join()
    assert mask == signal.pthread_sigmask(signal.SIG_BLOCK, ())
    assert [200] == answers
    assert f"listening on {emulator.url}\n" == capsys.readouterr().out


def _address(url: str) -> tuple[str, int]:
    host, _, port = url.removeprefix("http://").rpartition(":")
    return host, int(port)
