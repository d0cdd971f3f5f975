"""Certificates that one server alone is trusted with."""

from pathlib import Path

import pytest

from syncer.errors import ConfigError
from syncer.net.transport import Transport
from syncer.net.trust import TrustingAdapter, trusting
from tests.chain import chain_in
from tests.scripted_server import CERTIFICATES, answer, in_turn, serving


def test_the_file_counts_for_these_connections_alone() -> None:
    trust = trusting(str(CERTIFICATES / "localhost.pem"), "X")
    with serving(in_turn(answer()), "localhost") as server:
        with Transport(trust=trust) as ours:
            assert 200 == ours.send("GET", server.url).status
        with Transport() as other, pytest.raises(ConfigError, match="not trusted"):
            other.send("GET", server.url)


@pytest.mark.parametrize("which", ["root", "issuer"])
def test_any_certificate_of_the_chain_will_do(which: str, tmp_path: Path) -> None:
    chain = chain_in(tmp_path)
    trust = trusting(str(getattr(chain, which)), "X")
    with serving(in_turn(answer()), chain.server) as server, Transport(trust=trust) as ours:
        assert 200 == ours.send("GET", server.url).status


def test_another_certificate_is_refused_all_the_same(tmp_path: Path) -> None:
    trust = trusting(str(chain_in(tmp_path).root), "X")
    with serving(in_turn(answer()), "localhost") as server, Transport(trust=trust) as ours:
        with pytest.raises(ConfigError, match="not trusted"):
            ours.send("GET", server.url)
        assert [] == server.seen


def test_the_certificates_of_the_environment_count_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(CERTIFICATES / "localhost.pem"))
    trust = trusting(str(chain_in(tmp_path).root), "X")
    with serving(in_turn(answer()), "localhost") as server, Transport(trust=trust) as ours:
        assert 200 == ours.send("GET", server.url).status


@pytest.mark.parametrize("content", [None, "", "no certificate"])
def test_a_file_without_certificates_is_refused(content: str | None, tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content)
    with pytest.raises(ConfigError, match=r"the file of X can't be read, or has no certificates in PEM"):
        trusting(str(file), "X")


def test_it_counts_behind_a_proxy_too() -> None:
    trust = trusting(str(CERTIFICATES / "localhost.pem"), "X")
    manager = TrustingAdapter(trust).proxy_manager_for("http://127.0.0.1:1")
    assert trust is manager.connection_pool_kw["ssl_context"]
