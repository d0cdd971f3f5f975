"""The runner's file of certificates: for the GitLab of the job, and for no other server."""

import ssl
from pathlib import Path

import pytest

from syncer.errors import ConfigError, SyncerError
from syncer.gitlab.api import Api, Purpose
from syncer.gitlab.id_token import NotProvedError, fetched_keys
from syncer.gitlab.trust import VARIABLE, trusted_by_the_job
from syncer.net.transport import Transport
from tests.chain import Chain, chain_in
from tests.scripted_server import answer, in_turn, serving

READING = Purpose("read", "Reporter", "project")
FILE = str(Path(__file__).parents[1] / "certificates" / "localhost.pem")


@pytest.fixture
def chain(tmp_path: Path) -> Chain:
    return chain_in(tmp_path)


@pytest.mark.parametrize(
    ("url", "environ", "expected"),
    [
        ("https://gitlab.example.com", {"CI_SERVER_URL": "https://gitlab.example.com"}, True),
        ("https://gitlab.example.com/x", {"CI_API_V4_URL": "https://gitlab.example.com:443/api/v4"}, True),
        ("https://api.example.com", {"CI_SERVER_URL": "https://gitlab.example.com"}, False),
        ("https://gitlab.example.com:8443", {"CI_SERVER_URL": "https://gitlab.example.com"}, False),
        ("https://gitlab.example.com", {}, False),
        ("https://gitlab.example.com:x", {"CI_SERVER_URL": "https://gitlab.example.com:x"}, False),
        ("nonsense", {"CI_SERVER_URL": "nonsense"}, False),
    ],
)
def test_it_counts_for_the_gitlab_of_the_job(url: str, environ: dict[str, str], expected: bool) -> None:
    found = trusted_by_the_job(url, {**environ, VARIABLE: FILE})
    assert expected == isinstance(found, ssl.SSLContext)
    assert trusted_by_the_job(url, environ) is None


def test_the_api_of_gitlab_is_trusted_and_no_other_server(
    chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(chain.root))
    with serving(in_turn(answer({"version": "17"})), chain.server) as server:
        with (
            Api(server.url, "token", READING) as api,
            pytest.raises(SyncerError, match="is not trusted") as caught,
        ):
            api.get("/version")
        assert caught.value.hint.endswith("name its file in CI_SERVER_TLS_CA_FILE.")
        monkeypatch.setenv("CI_API_V4_URL", f"{server.url}/api/v4")
        with Api(server.url, "token", READING) as api:
            assert {"version": "17"} == api.get("/version")
        with Transport() as live, pytest.raises(ConfigError, match="not trusted"):
            live.send("GET", server.url)
    assert ["/api/v4/version"] == [seen.path for seen in server.seen]


def test_the_keys_of_id_tokens_come_from_there_too(chain: Chain) -> None:
    with serving(in_turn(answer({"keys": [{"kid": "1"}]})), chain.server) as server:
        own = {VARIABLE: str(chain.issuer), "CI_SERVER_URL": server.url}
        assert [{"kid": "1"}] == fetched_keys(server.url, own)
        with pytest.raises(NotProvedError, match="not trusted"):
            fetched_keys(server.url, {})


def test_a_file_that_is_gone_is_said(chain: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    environ = {VARIABLE: "/no/such/file", "CI_SERVER_URL": "https://localhost:1", "SYNCER_ID_TOKEN": "x"}
    with pytest.raises(NotProvedError, match=VARIABLE):
        fetched_keys("https://localhost:1", environ)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError, match=VARIABLE):
        Api("https://localhost:1", "token", READING)
