import hashlib
import hmac
import re
from base64 import b32encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.audit.identity import LOGIN, PSEUDONYM, VARIABLE, Identity, identity, names_of
from syncer.errors import ConfigError

KEY = "0123456789abcdef" * 4
WITH_KEY = {VARIABLE: f" {KEY}\n"}


def test_a_login_stays() -> None:
    named = identity(LOGIN, {})
    assert ("alice", "", "laptop") == (named("alice"), named(""), named.host("laptop"))
    assert named == identity(LOGIN, WITH_KEY)


def test_a_pseudonym_is_what_the_document_says() -> None:
    mac = hmac.new(KEY.encode(), b"syncer.identity/v1\0p\0alice", hashlib.sha256).digest()
    expected = "p-" + b32encode(mac).decode().lower()[:26]
    assert expected == identity(PSEUDONYM, WITH_KEY)("alice")
    assert 28 == len(expected)


def test_who_nobody_knows_has_no_pseudonym() -> None:
    named = identity(PSEUDONYM, WITH_KEY)
    assert ("", "") == (named(""), named.host(""))


def test_one_person_one_pseudonym() -> None:
    named = identity(PSEUDONYM, WITH_KEY)
    assert named("Alice") == named("alice") != named("alicia")
    assert named("jos\u00e9") == named("jose\u0301")
    assert named("\udc80"), "a login that is no text"
    assert named("alice") != Identity(b"another key")("alice")
    assert named.host("alice")[2:] != named("alice")[2:]
    assert re.fullmatch("h-[a-z2-7]{26}", named.host("laptop"))


@given(st.text(min_size=1))
def test_a_pseudonym_fits_everywhere(login: str) -> None:
    assert re.fullmatch("p-[a-z2-7]{26}", Identity(KEY.encode())(login))


def test_nobody_names_himself_with_the_pseudonym_of_another() -> None:
    named = identity(PSEUDONYM, WITH_KEY)
    assert named("alice") != named(named("alice"))


@pytest.mark.parametrize(
    ("key", "words"), [("", "is not set"), ("  ", "is not set"), (KEY[:31], "fewer than 32")]
)
def test_without_a_good_key_nothing_is_sent(key: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words) as caught:
        identity(PSEUDONYM, {VARIABLE: key})
    assert "openssl rand -hex 32" in caught.value.hint
    assert not key.strip() or key not in caught.value.message + caught.value.hint


def test_the_key_is_not_shown() -> None:
    assert KEY not in repr(identity(PSEUDONYM, WITH_KEY))


def test_a_person_is_found_by_login_and_by_pseudonym() -> None:
    pseudonym = identity(PSEUDONYM, WITH_KEY)("alice")
    assert frozenset({"alice"}) == names_of("alice", {})
    assert frozenset({"alice", pseudonym}) == names_of("alice", WITH_KEY)
    assert pseudonym in names_of(pseudonym, WITH_KEY)
