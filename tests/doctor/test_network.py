import os
import socket
from typing import Any

import pytest

from syncer.doctor import Line, State, network
from syncer.doctor.network import NAMES, NetworkPath, check_network
from syncer.errors import ConfigError
from syncer.live.region import Endpoints
from syncer.net.urls import host_and_port
from tests.loopback import CLOSED
from tests.scripted_server import CERTIFICATES, answer, in_turn, serving

REGION = Endpoints("https://api.mypurecloud.de", "https://login.mypurecloud.de", gateway=False, source="X")


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*os.environ,):
        if name.lower().endswith("_proxy") or name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
            monkeypatch.delenv(name)


def states(way: NetworkPath) -> dict[str, State]:
    return {line.name: line.state for line in way.lines}


def line(way: NetworkPath, name: str) -> Line:
    return next(line for line in way.lines if line.name == name)


def nowhere(*_: Any) -> list[tuple[Any, ...]]:
    raise socket.gaierror


def test_it_is_not_known_where_live_is() -> None:
    error = ConfigError("nothing is set", hint="set it")
    way = check_network(error)
    assert Line("live", State.FAILED, "nothing is set", "set it") == way.lines[0]
    assert list(NAMES) == [line.name for line in way.lines]
    assert ({State.SKIPPED}, error) == ({line.state for line in way.lines[1:]}, way.error)


def test_one_host_that_answers() -> None:
    with serving(in_turn(answer(status=401))) as server:
        way = check_network(Endpoints(server.url, server.url, gateway=True, source="--api-url"))
        (seen,) = server.seen
    expected = (
        Line("live", State.OK, f"{server.url}, from --api-url"),
        Line("proxy", State.OK, "none: the API is on this machine"),
        Line("API host", State.OK, "127.0.0.1: TCP works, plain http, answers 401"),
    )
    assert (expected, None) == (way.lines, way.error)
    assert "Date" in way.headers
    assert ("GET", False) == (seen.method, "authorization" in seen.headers)


def test_two_hosts_and_a_redirect() -> None:
    with serving(in_turn(answer(status=302, Location="/login"))) as login, serving(in_turn(answer())) as api:
        way = check_network(Endpoints(api.url, login.url, gateway=False))
    assert line(way, "login host").found.endswith("answers with a redirect")
    assert (State.OK, api.url) == (line(way, "live").state, line(way, "live").found)


def test_a_closed_port_and_another_one() -> None:
    with serving(in_turn(answer())) as login:
        way = check_network(Endpoints(CLOSED, login.url, gateway=False, source="GENESYSCLOUD_REGION"))
    found = line(way, "API host")
    assert (State.FAILED, f"{host_and_port(CLOSED)} refuses the connection.") == (
        found.state,
        found.found,
    )
    assert found.remedy.endswith("that of GENESYSCLOUD_REGION: is your organization in another one?")
    assert (State.OK, True) == (line(way, "login host").state, str(way.error) == found.found)


def test_a_name_that_no_one_knows() -> None:
    way = check_network(
        Endpoints("https://no-such-host.invalid", "https://no-such-host.invalid", gateway=True)
    )
    found = line(way, "API host")
    assert "The address of no-such-host.invalid:443 can't be found." == found.found
    assert "Check region, API URL and DNS." == found.remedy
    assert Line("proxy", State.OK, "none") == line(way, "proxy")


def test_a_certificate_that_nobody_trusts() -> None:
    with serving(in_turn(answer()), "localhost") as server:
        found = line(check_network(Endpoints(server.url, server.url, gateway=True)), "API host")
    assert (State.FAILED, f"The certificate of {host_and_port(server.url)} is not trusted.") == (
        found.state,
        found.found,
    )
    assert "REQUESTS_CA_BUNDLE" in found.remedy


def test_a_certificate_that_is_named_is_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(CERTIFICATES / "localhost.pem"))
    with serving(in_turn(answer(status=401)), "localhost") as server:
        found = line(check_network(Endpoints(server.url, server.url, gateway=True)), "API host")
    assert State.OK is found.state
    assert found.found.endswith(": TCP and TLS work, answers 401")


def test_a_proxy_that_wants_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(in_turn(answer(status=407))) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("//", "//me:s3cret@"))
        way = check_network(REGION)
    shown = proxy.url.removeprefix("http://")
    assert Line("proxy", State.OK, f"{shown}, with a user, from HTTPS_PROXY") == line(way, "proxy")
    for host in ("API host", "login host"):
        assert State.FAILED is line(way, host).state
        assert "requires a user and a password" in line(way, host).found
    assert "s3cret" not in str(way)
    assert ["CONNECT", "CONNECT"] == [seen.method for seen in proxy.seen]


@pytest.mark.parametrize(
    ("proxy", "shown"),
    [
        ("proxy.invalid:3128", "proxy.invalid:3128, from HTTPS_PROXY"),
        ("http://proxy.invalid", "proxy.invalid, from HTTPS_PROXY"),
        ("http://proxy.invalid:x", "its address isn't a URL"),
    ],
)
def test_how_a_proxy_is_shown(proxy: str, shown: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    assert shown == line(check_network(REGION), "proxy").found


@pytest.mark.parametrize("name", ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"])
def test_the_variable_of_a_proxy_is_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "http://proxy.invalid")
    assert f"proxy.invalid, from {name}" == line(check_network(REGION), "proxy").found
    monkeypatch.setenv("NO_PROXY", "mypurecloud.de,no-such-host.invalid")
    direct = Endpoints("https://no-such-host.invalid", "https://no-such-host.invalid", gateway=True)
    assert "none: NO_PROXY excludes no-such-host.invalid" == line(check_network(direct), "proxy").found


def test_a_proxy_that_the_system_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "get_environ_proxies", lambda _: {"https": "http://proxy.invalid"})
    assert "proxy.invalid, from the system" == line(check_network(REGION), "proxy").found


def test_a_login_host_that_is_gone_is_no_reason_to_stop() -> None:
    with serving(in_turn(answer(status=401))) as api:
        way = check_network(Endpoints(api.url, CLOSED, gateway=False))
    assert (State.FAILED, None) == (line(way, "login host").state, way.error)
    assert "date" in way.headers


@pytest.mark.parametrize(
    ("addresses", "shown"),
    [
        ([], "127.0.0.1: "),
        (["127.0.0.1"], "127.0.0.1: "),
        (["10.0.0.1"], "127.0.0.1 (10.0.0.1): "),
        (["10.0.0.1", "10.0.0.2", "10.0.0.2"], "127.0.0.1 (10.0.0.1 and 1 more): "),
        (None, "127.0.0.1: "),
    ],
)
def test_addresses(addresses: list[str] | None, shown: str) -> None:
    def resolve(*_: Any) -> list[tuple[Any, ...]]:
        return [(0, 0, 0, "", (each, 0)) for each in addresses or ()]

    with serving(in_turn(answer())) as server:
        where = Endpoints(server.url, server.url, gateway=True)
        way = check_network(where, resolve=nowhere if addresses is None else resolve)
    assert line(way, "API host").found.startswith(shown)
    assert {State.OK} == set(states(way).values())
