import gzip
import os
import socket
import ssl
import threading
import tracemalloc
from itertools import repeat
from pathlib import Path

import pytest

from syncer.errors import BadAnswer, ConfigError, NoAnswer, NotSent, SyncerError
from syncer.net.transport import LIMITS, Limits, Transport
from syncer.net.urls import host_and_port
from tests.loopback import CLOSED
from tests.scripted_server import CERTIFICATES, FakeTime, Handler, Step, answer, in_turn, raw, serving

MIB = 1024 * 1024
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*os.environ,):
        if name.lower().endswith("_proxy") or name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
            monkeypatch.delenv(name)


def fetch(step: Step, limits: Limits = LIMITS, method: str = "GET") -> bytes:
    with serving(in_turn(step)) as server, Transport(environment=False, limits=limits) as transport:
        return transport.send(method, f"{server.url}/x").body


def test_a_request_and_its_answer() -> None:
    with serving(in_turn(answer(b"hello", 418, X_One="1"))) as server, Transport() as transport:
        reply = transport.send(
            "PUT", f"{server.url}/a%2Fb?c=d", authorization="Bearer t", headers={"If-Match": "e"}, body=b"{}"
        )
        (seen,) = server.seen
    assert (reply.status, reply.headers["x-one"], reply.body) == (418, "1", b"hello")
    assert (seen.method, seen.path, seen.body) == ("PUT", "/a%2Fb?c=d", b"{}")
    assert (seen.headers["authorization"], seen.headers["if-match"]) == ("Bearer t", "e")
    assert seen.headers["user-agent"].startswith("syncer/")


def test_connections_are_used_again_and_cookies_are_not_kept() -> None:
    with serving(in_turn(answer(Set_Cookie="a=b"))) as server, Transport() as transport:
        for _ in range(5):
            transport.send("GET", server.url)
        assert server.connections == 1
        assert all("cookie" not in seen.headers for seen in server.seen)


def test_many_threads_share_one_transport() -> None:
    with serving(in_turn(answer(b"x" * 1000))) as server, Transport(workers=4) as transport:
        sizes: list[int] = []
        barrier = threading.Barrier(4)

        def work() -> None:
            barrier.wait()
            sizes.extend(len(transport.send("GET", server.url).body) for _ in range(10))

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sizes == [1000] * 40
        assert server.connections <= 4


def test_netrc_never_counts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    with serving(in_turn(answer())) as server, Transport(environment=True) as transport:
        transport.send("GET", server.url)
        assert "authorization" not in server.seen[0].headers


def test_proxies_of_the_environment_count_where_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(in_turn(answer(b"by proxy"))) as proxy, serving(in_turn(answer(b"direct"))) as server:
        monkeypatch.setenv("http_proxy", proxy.url)
        with Transport(environment=True) as transport:
            assert transport.send("GET", server.url).body == b"by proxy"
        with Transport(environment=False) as transport:
            assert transport.send("GET", server.url).body == b"direct"


@pytest.mark.parametrize(
    "location", ["http://elsewhere.example/", "/other", "http://[", "\x80\xff", "//user:secret@x"]
)
def test_a_redirect_is_never_followed(location: str) -> None:
    with pytest.raises(BadAnswer, match=r"redirect \(307\)") as caught:
        fetch(answer(status=307, Location=location))
    assert "secret" not in str(caught.value)


def test_a_redirect_with_an_endless_body_is_not_read() -> None:
    def step(handler: Handler) -> None:
        raw(b"HTTP/1.1 302 Found\r\nLocation: /x\r\n\r\n", *repeat(b"x" * MIB, 1000))(handler)

    with pytest.raises(BadAnswer, match="redirect"):
        fetch(step)


# Answers that are too large


def endless(handler: Handler) -> None:
    handler.close_connection = True
    handler.wfile.write(HEAD + b"\r\n")
    for _ in range(100):
        handler.wfile.write(b"[" * MIB)


def gzip_bomb(handler: Handler) -> None:
    body = gzip.compress(bytes(100 * MIB), compresslevel=1)
    answer(body, Content_Encoding="gzip")(handler)


@pytest.mark.parametrize("step", [endless, gzip_bomb])
def test_an_answer_that_is_too_large_is_refused_without_holding_it(step: Step) -> None:
    with pytest.raises(BadAnswer, match="larger than 2,097,152 bytes"):
        fetch(step, Limits(size=2 * MIB))


def test_memory_is_bounded_by_the_size() -> None:
    bomb = gzip.compress(bytes(100 * MIB), compresslevel=1)
    step = answer(bomb, Content_Encoding="gzip")
    with serving(in_turn(step)) as server, Transport(limits=Limits(size=2 * MIB)) as transport:
        tracemalloc.start()
        try:
            with pytest.raises(BadAnswer):
                transport.send("GET", server.url)
            assert tracemalloc.get_traced_memory()[1] < 30 * MIB
        finally:
            tracemalloc.stop()


def test_an_answer_of_exactly_the_size_is_fine() -> None:
    assert fetch(answer(b"x" * 1000), Limits(size=1000)) == b"x" * 1000


# Answers that don't come, or not whole


def dribble(*head: bytes) -> Step:
    """One byte now and then, for as long as the client stays."""

    def step(handler: Handler) -> None:
        handler.close_connection = True
        handler.wfile.write(b"".join(head))
        gone = threading.Event()
        while not gone.wait(0.02):
            handler.wfile.write(b"1")

    return step


def silent(handler: Handler) -> None:
    handler.close_connection = True
    handler.rfile.read(1)


@pytest.mark.parametrize(
    "step",
    [
        dribble(HEAD, b"\r\n"),
        dribble(HEAD, b"Content-Length: 100000\r\n\r\n"),
        dribble(HEAD, b"Transfer-Encoding: chunked\r\n\r\n"),
        dribble(HEAD, b"X-Never-Ends: "),
        dribble(b"HTTP/1.1 200 "),
    ],
)
def test_a_dribbling_server_meets_the_deadline(step: Step) -> None:
    with pytest.raises(NoAnswer, match="did not answer in time") as caught:
        fetch(step, Limits(whole=0.2))
    assert not isinstance(caught.value, NotSent)


@pytest.mark.parametrize("limits", [Limits(read=0.1), Limits(whole=0.1), Limits(whole=0)])
def test_a_silent_server_meets_the_time_out(limits: Limits) -> None:
    with pytest.raises(NoAnswer, match="did not answer in time") as caught:
        fetch(silent, limits)
    assert not isinstance(caught.value, NotSent)


def test_the_deadline_starts_anew_on_a_connection_that_is_used_again() -> None:
    time = FakeTime()
    with serving(in_turn(answer(b"1"))) as server, Transport(clock=time.timing.clock) as transport:
        for _ in range(2):
            assert transport.send("GET", server.url).body == b"1"
            time.sleep(LIMITS.whole + 1)
        assert server.connections == 1


def reset(handler: Handler) -> None:
    handler.close_connection = True
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    handler.connection.close()


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (raw(), "closed the connection"),
        (reset, "closed the connection"),
        (raw(b"SSH-2.0-OpenSSH_9\r\n"), "closed the connection"),
        (raw(HEAD, b"Content-Length: 10\r\n\r\n{"), "closed the connection"),
        (raw(HEAD, b"Transfer-Encoding: chunked\r\n\r\n5\r\nhel"), "closed the connection"),
        (raw(HEAD, b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"), "closed the connection"),
        (answer(b"no gzip", Content_Encoding="gzip"), "can't be decompressed"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_a_broken_answer_is_no_answer(step: Step, words: str, method: str) -> None:
    with pytest.raises(NoAnswer, match=words) as caught:
        fetch(step, method=method)
    assert not isinstance(caught.value, NotSent)


def test_an_older_error_that_is_being_dealt_with_is_not_taken_for_the_cause() -> None:
    try:
        raise ConnectionRefusedError from ssl.SSLCertVerificationError()
    except ConnectionRefusedError:
        with pytest.raises(NoAnswer) as caught:
            fetch(raw())
    assert not isinstance(caught.value, NotSent)


# Requests that never reach a server


def refused_by(
    url: str, *, environment: bool = False, limits: Limits = LIMITS, source: str = ""
) -> SyncerError:
    made = Transport(environment=environment, limits=limits, source=source)
    with made as transport, pytest.raises((NotSent, ConfigError, NoAnswer)) as caught:
        transport.send("PUT", url, authorization="Bearer secret", body=b"{}")
    assert "secret" not in f"{caught.value} {caught.value.hint}"
    return caught.value


def test_refused() -> None:
    error = refused_by(CLOSED)
    assert (type(error), str(error)) == (NotSent, f"{host_and_port(CLOSED)} refuses the connection.")


def test_what_named_the_host_is_named() -> None:
    error = refused_by(CLOSED, source="SYNCER_API_URL")
    assert error.hint.endswith("127.0.0.1:1 comes from SYNCER_API_URL.")


def test_no_address() -> None:
    error = refused_by("http://no-such-host.invalid")
    assert (type(error), str(error)) == (NotSent, "The address of no-such-host.invalid:80 can't be found.")


def test_no_route() -> None:
    error = refused_by("http://255.255.255.255")
    assert (type(error), str(error)) == (NotSent, "Can't connect to 255.255.255.255:80.")


def test_a_full_backlog_is_a_connect_time_out() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        port = server.getsockname()[1]
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
        error = refused_by(f"http://127.0.0.1:{port}", limits=Limits(connect=0.2))
        for one in waiting:
            one.close()
    assert (type(error), str(error)) == (NotSent, f"127.0.0.1:{port} did not accept the connection in time.")


def test_a_dead_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", CLOSED)
    error = refused_by("https://api.example", environment=True)
    assert (type(error), str(error)) == (
        NotSent,
        f"The proxy {host_and_port(CLOSED)} (https_proxy) on the way to api.example:443 can't be used.",
    )


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [(407, ConfigError, "requires a user and a password"), (403, NotSent, "refuses to connect to it (403)")],
)
def test_a_proxy_that_refuses(
    status: int, kind: type[Exception], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(in_turn(answer(status=status))) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url.replace("//", "//me:secret@"))
        error = refused_by("https://api.example", environment=True)
    assert ("CONNECT", type(error)) == (proxy.seen[0].method, kind)
    assert f"(https_proxy) on the way to api.example:443 {words}" in str(error)


def test_a_proxy_that_is_no_url(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://")
    error = refused_by("https://api.example", environment=True)
    assert (type(error), str(error)) == (ConfigError, "The proxy's address is not a URL.")


def test_certificates_that_are_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/no/such/file")
    error = refused_by("https://127.0.0.1:1", environment=True)
    assert (type(error), str(error)) == (ConfigError, "The file of trusted certificates can't be read.")


@pytest.mark.parametrize("url", ["http://", "nonsense", "gopher://x", "https://" + "x" * 300 + ".de"])
def test_urls_that_make_no_sense(url: str) -> None:
    assert isinstance(refused_by(url), ConfigError)


def test_a_header_that_cannot_be_sent() -> None:
    with Transport() as transport, pytest.raises(ConfigError, match="header"):
        transport.send("GET", "http://127.0.0.1:1", headers={"If-Match": "a\nb"})


# Encryption


def test_plain_http_where_https_is_expected() -> None:
    with serving(in_turn(answer())) as server:
        error = refused_by(server.url.replace("http:", "https:"))
    assert (type(error), str(error)) == (
        NoAnswer,
        f"The encrypted connection to {host_and_port(server.url)} broke.",
    )


@pytest.mark.parametrize(
    ("certificate", "trusted", "expected"),
    [
        ("localhost", False, "The certificate of {} is not trusted."),
        ("expired", True, "The certificate of {} has expired."),
        ("other-host", True, "The certificate of {} is for another host."),
    ],
)
def test_a_certificate_that_is_not_good(
    certificate: str, trusted: bool, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if trusted:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(CERTIFICATES / f"{certificate}.pem"))
    with serving(in_turn(answer()), certificate) as server:
        error = refused_by(server.url, environment=True)
    said = expected.format(host_and_port(server.url))
    assert (ConfigError, said, []) == (type(error), str(error), server.seen)


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
@pytest.mark.parametrize("environment", [True, False])
def test_a_certificate_that_the_environment_names_is_trusted(
    environment: bool, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, str(CERTIFICATES / "localhost.pem"))
    made = Transport(environment=environment)
    with serving(in_turn(answer()), "localhost") as server, made as transport:
        assert 200 == transport.send("GET", server.url).status
