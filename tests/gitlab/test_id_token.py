"""ID tokens: what a good one proves, and every way in which one proves nothing."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import jwt
import pytest

from syncer.gitlab import id_token
from syncer.gitlab.id_token import KEYS, Claims, NotProvedError, Trust, proved
from tests.id_tokens import AUDIENCE, COMMIT, NOW, claims, public, signed
from tests.loopback import CLOSED
from tests.scripted_server import answer, in_turn, serving
from tests.stand_in import StandIn, gitlab

VARIABLE = id_token.VARIABLE


@pytest.fixture
def server() -> Iterator[StandIn]:
    with gitlab() as running:
        running.hub.keys = [public("k0"), public("k1")]
        yield running


def checked(token: str, issuer: str, **environ: str) -> Claims:
    return proved({VARIABLE: token, **environ}, Trust(issuer, AUDIENCE), NOW)


def why(token: str, issuer: str, **environ: str) -> str:
    """Why a token proves nothing; none of it is repeated."""
    with pytest.raises(NotProvedError) as caught:
        checked(token, issuer, **environ)
    said = str(caught.value)
    assert not [part for part in token.split(".") if len(part) > 5 and part in said]
    return said


def test_a_token_of_the_issuer_proves_who_and_what(server: StandIn) -> None:
    expected = Claims(
        user="ann",
        commit=COMMIT,
        ref="main",
        ref_protected=True,
        project="team/queues",
        job=f"{server.url}/team/queues/-/jobs/1123",
        pipeline=f"{server.url}/team/queues/-/pipelines/455",
    )
    token = signed(claims(server.url))
    same = {"CI_COMMIT_SHA": COMMIT, "CI_JOB_ID": "1123", "CI_PROJECT_PATH": "team/queues"}
    assert expected == checked(token, server.url) == checked(token, f"{server.url}/", **same)
    assert [("GET", KEYS)] * 2 == server.hub.calls


@pytest.mark.parametrize(
    ("said", "expected"),
    [("true", True), ("false", False), (True, True), (False, False), ("maybe", None), (None, None)],
)
def test_whether_the_ref_is_protected(server: StandIn, said: object, expected: bool | None) -> None:
    assert expected is checked(signed(claims(server.url, ref_protected=said)), server.url).ref_protected


def test_numbers_are_ids_too_and_a_pipeline_may_be_missing(server: StandIn) -> None:
    found = checked(signed(claims(server.url, job_id=1123, pipeline_id=None)), server.url)
    assert (f"{server.url}/team/queues/-/jobs/1123", "") == (found.job, found.pipeline)


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"aud": "https://vault.example.com"}, "another audience"),
        ({"iss": "https://gitlab.example.net"}, "another issuer"),
        ({"exp": NOW - 61}, "expired"),
        ({"nbf": NOW + 61}, "not valid yet"),
        ({"exp": "soon"}, "times"),
        ({"exp": None}, "exp"),
        ({"iat": None}, "iat"),
        ({"user_login": None}, "user_login"),
        ({"user_login": ["ann"]}, "user_login"),
        ({"sha": True}, "sha"),
        ({"job_id": None}, "job_id"),
        ({"project_path": ""}, "project_path"),
    ],
)
def test_a_token_that_is_signed_and_proves_nothing(
    server: StandIn, other: dict[str, Any], words: str
) -> None:
    assert words in why(signed(claims(server.url, **other)), server.url)


@pytest.mark.parametrize("other", [{"exp": NOW - 59}, {"nbf": NOW + 59}, {"nbf": None}])
def test_clocks_may_differ_by_a_minute(server: StandIn, other: dict[str, Any]) -> None:
    assert "ann" == checked(signed(claims(server.url, **other)), server.url).user


@pytest.mark.parametrize(
    ("variable", "words"),
    [("CI_COMMIT_SHA", "commit"), ("CI_JOB_ID", "job"), ("CI_PROJECT_PATH", "project")],
)
def test_a_token_of_another_job(server: StandIn, variable: str, words: str) -> None:
    token = signed(claims(server.url))
    expected = f"the ID token is for another {words} than {variable}"
    assert expected == why(token, server.url, **{variable: "9"})


def test_a_token_that_somebody_else_signed(server: StandIn) -> None:
    assert "signature" in why(signed(claims(server.url), "mine"), server.url)
    assert "key that its issuer doesn't have" in why(signed(claims(server.url), "mine", "mine"), server.url)


def test_an_edited_token(server: StandIn) -> None:
    header, _, signature = signed(claims(server.url)).split(".")
    edited = json.dumps(claims(server.url, user_login="eve")).encode()
    payload = base64.urlsafe_b64encode(edited).decode().rstrip("=")
    assert "signature" in why(f"{header}.{payload}.{signature}", server.url)


@pytest.mark.parametrize("algorithm", ["none", "HS256", "PS256", "RS512"])
def test_only_one_algorithm_counts(server: StandIn, algorithm: str) -> None:
    """Above all none, and a shared secret made of the public key."""
    own = {"none": None, "HS256": public()["n"]}
    from tests.id_tokens import key

    token = jwt.encode(
        claims(server.url), own.get(algorithm, key("k1")), algorithm=algorithm, headers={"kid": "k1"}
    )
    assert "not signed with RS256" in why(token, server.url)


@pytest.mark.parametrize("token", ["x", "a.b.c", "ä.b.c", "." * 5, "e30.e30.e30", "x" * 20_000])
def test_what_is_no_token(server: StandIn, token: str) -> None:
    assert "the ID token is" in why(token, server.url)


def test_without_a_token_or_an_issuer_nobody_is_asked(server: StandIn) -> None:
    assert "SYNCER_ID_TOKEN is not set" in why("", server.url)
    assert "audit.issuer" in why(signed(claims(server.url)), "")
    assert [] == server.hub.calls


@pytest.mark.parametrize("missing", ["jwt", "cryptography"])
def test_without_the_library(server: StandIn, missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(id_token, "find_spec", lambda name: None if name == missing else object())
    assert "not installed" in why(signed(claims(server.url)), server.url)
    assert [] == server.hub.calls


@pytest.mark.parametrize(
    "keys",
    [
        [],
        ["k1"],
        [{"kid": "k1", "kty": "oct", "k": "c2VjcmV0"}],
        [{**public(), "d": "AQAB"}],
        [public(), public()],
        [{**public(), "kid": None}],
    ],
    ids=["none", "no key", "a secret", "a private one", "two", "without a name"],
)
def test_keys_that_are_none(server: StandIn, keys: list[Any]) -> None:
    server.hub.keys = keys
    assert "key that its issuer doesn't have" in why(signed(claims(server.url)), server.url)


def test_a_key_that_is_broken(server: StandIn) -> None:
    server.hub.keys = [{"kid": "k1", "kty": "RSA", "n": "!", "e": "AQAB"}]
    assert "no key of its issuer matches" in why(signed(claims(server.url)), server.url)


def test_keys_that_can_not_be_fetched(server: StandIn) -> None:
    token = signed(claims(server.url))
    server.hub.nonsense = {"keys": b"<html>"}
    assert "can't be fetched" in why(token, server.url)
    server.hub.nonsense, server.hub.fail_with = {}, 500
    assert "has none at /oauth/discovery/keys" in why(token, server.url)
    server.hub.fail_with, server.hub.redirect_to = 0, "http://127.0.0.1:1"
    assert "redirect" in why(token, server.url)
    assert "can't be fetched" in why(token, CLOSED)
    assert "can't be fetched" in why(token, "https://[nowhere")


def test_keys_that_are_too_large() -> None:
    with serving(in_turn(answer(b" " * 300_000))) as server:
        assert "larger than" in why(signed(claims(server.url)), server.url)


def test_keys_are_asked_for_twice_where_no_answer_comes() -> None:
    def cut(handler: Any) -> None:
        handler.close_connection = True

    with serving(in_turn(cut, answer({"keys": [public()]}))) as server:
        assert "ann" == checked(signed(claims(server.url)), server.url).user
    with serving(in_turn(cut)) as server:
        assert "can't be fetched" in why(signed(claims(server.url)), server.url)


def test_the_token_goes_to_nobody(server: StandIn) -> None:
    """The keys are public: no request carries a header of authorization."""
    seen: list[str] = []

    def step(handler: Any) -> None:
        seen.append(str(handler.headers))
        answer({"keys": [public()]})(handler)

    with serving(in_turn(step)) as other:
        token = signed(claims(other.url))
        checked(token, other.url)
    assert 1 == len(seen)
    assert "authorization" not in seen[0].lower()
    assert token not in seen[0]
