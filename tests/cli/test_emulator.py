"""``sync emulator``, as a process of its own."""

import json
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import requests

from syncer.emulator.server import Emulator
from tests.program import Program, live_queue


@contextmanager
def emulating(program: Program, *arguments: str) -> Iterator[str]:
    """The URL of an emulator that is stopped by SIGTERM; it has to end well, and in silence."""
    with _started(program, *arguments) as (process, url):
        yield url
        process.send_signal(signal.SIGTERM)
        assert ("", "") == process.communicate(timeout=300)
        assert 0 == process.returncode


@contextmanager
def _started(program: Program, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    with program.start("emulator", "--port", "0", *arguments) as process:
        try:
            assert process.stdout is not None
            first = process.stdout.readline()
            assert first.startswith("listening on http://127.0.0.1:")
            yield process, first.removeprefix("listening on ").strip()
        finally:
            process.kill()


def names(url: str, credentials: tuple[str, str] = ("demo", "demo")) -> list[str]:
    """The names of all queues."""
    grant = {"grant_type": "client_credentials"}
    answer = requests.post(f"{url}/oauth/token", data=grant, auth=credentials, timeout=60)
    answer.raise_for_status()
    queues = requests.get(
        f"{url}/api/v2/routing/queues?pageSize=500",
        headers={"Authorization": f"Bearer {answer.json()['access_token']}"},
        timeout=60,
    )
    return [queue["name"] for queue in queues.json()["entities"]]


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_it_cleanly_with_connections_open(program: Program, stop: signal.Signals) -> None:
    with _started(program) as (process, url), requests.Session() as session:
        assert 200 == session.get(f"{url}/_emulator/requests", timeout=60).status_code
        process.send_signal(stop)
        assert ("", "") == process.communicate(timeout=300)
        assert 0 == process.returncode


def test_it_begins_with_the_organization_of_the_shipped_policies(program: Program) -> None:
    with emulating(program) as url:
        assert "Support Tier 1" in names(url)


def test_it_makes_up_organizations_of_any_size(program: Program) -> None:
    with emulating(program, "--queues", "7") as url:
        assert 7 == len(names(url))
    with emulating(program, "--queues", "0") as url:
        assert [] == names(url)


def test_data_come_from_a_file_and_credentials_from_the_environment(program: Program) -> None:
    (program.folder / "data.json").write_text(json.dumps({"queues": [live_queue("Mine")]}))
    program.setenv("GENESYSCLOUD_OAUTHCLIENT_ID", "me")
    program.setenv("GENESYSCLOUD_OAUTHCLIENT_SECRET", "mine")
    with emulating(program, "--data", "data.json") as url:
        assert ["Mine"] == names(url, ("me", "mine"))
        with pytest.raises(requests.HTTPError):
            names(url)


def test_a_state_goes_on_after_a_restart(program: Program) -> None:
    arguments = ("--queues", "2", "--state", "state.sqlite")
    with emulating(program, *arguments) as url:
        before = names(url)
        program.url = url
        queue = next(iter(program.live()))
        program.edit(queue, name="Renamed")
    with emulating(program, *arguments) as url:
        after = names(url)
    assert 2 == len(after)
    assert "Renamed" in after
    assert before != after


def test_faults_and_limits_are_as_asked(program: Program) -> None:
    with emulating(program, "--faults", "503=1", "--lock", "none") as url:
        assert 503 == requests.post(f"{url}/oauth/token", auth=("demo", "demo"), timeout=60).status_code
    with emulating(program, "--rate-limit", "1", "--lock", "none") as url:
        program.url = url
        assert all("_etag" not in queue for queue in program.live().values())


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--host", "0.0.0.0"], 4, "can be reached from other machines"),
        (["--host", ""], 4, "can be reached from other machines"),
        (["--data", "missing.json"], 1, "missing.json: can't be read"),
        (["--data", "policies/all.yaml"], 1, ""),
        (["--data", "bad.json"], 1, "bad.json: is not JSON"),
        (["--state", "bad.json"], 1, "bad.json: can't be used"),
        (["--state", "missing/state.sqlite"], 1, "can't be used"),
        (["--faults", "latency=fast"], 64, "is not a time"),
        (["--faults", "429=2"], 64, "is not a probability"),
    ],
)
def test_what_makes_no_sense_is_refused(
    program: Program, arguments: list[str], code: int, words: str
) -> None:
    (program.folder / "bad.json").write_text("this is no JSON, and no database either")
    if arguments == ["--data", "policies/all.yaml"]:
        (program.folder / "policies" / "all.yaml").write_text('{"queues": [{"id": "nameless"}]}')
        words = "queue 1 is not an object with a name"
    done = program.run("emulator", "--port", "0", *arguments)
    assert (code, "") == (done.code, done.out)
    assert words in done.err
    assert done.err.startswith("error: ")


def test_a_port_that_is_taken_is_an_error(program: Program) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = program.finish("emulator", "--port", str(port))
    assert (1, "") == (done.code, done.out)
    assert f"error: Can't listen on 127.0.0.1:{port}: Address already in use" in done.err


def test_told_twice_it_is_exposed(program: Program) -> None:
    with program.start("emulator", "--port", "0", "--host", "0.0.0.0", "--expose") as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("listening on http://0.0.0.0:")
        process.terminate()
        assert ("", "") == process.communicate(timeout=300)
    assert 0 == process.returncode


def test_arguments_become_an_emulator(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Emulator] = []
    monkeypatch.setattr("syncer.emulator.server.serve", seen.append)
    assert 0 == program.run("emulator", "--port", "0").code
    assert 0 == program.run("emulator", "--port", "0", "--queues", "3").code
    for emulator in seen:
        assert isinstance(emulator, Emulator)
        emulator.stop()
    assert 2 == len({emulator.url for emulator in seen})
