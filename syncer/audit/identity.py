"""Persons in the audit: by their login, or by a pseudonym that only the holder of a key can lead back.

A pseudonym is ``p-`` and 26 characters: the first 130 bits of HMAC-SHA-256 of the login, in Base32 (RFC 4648)
in lower case. The key stands outside of the chain. Once it is destroyed nobody can tell who it was, and as
the entries stay as they are, the chain still verifies.
"""

import base64
import hashlib
import hmac
import os
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from syncer.errors import ConfigError

LOGIN = "login"
PSEUDONYM = "pseudonym"
VARIABLE = "SYNCER_IDENTITY_KEY"

SHORTEST_KEY = 32
"""Characters: logins can be guessed, so the key must not be."""

_LENGTH = 26


@dataclass(frozen=True, slots=True)
class Identity:
    """How persons and hosts are named. Apply it once, where an entry is made: twice gives another name."""

    key: bytes = field(default=b"", repr=False)

    def __call__(self, login: str) -> str:
        """The name of a person in the audit; of nobody it is empty."""
        return self._named("p", login) if self.key and login else login

    def host(self, name: str) -> str:
        """The name of a host in the audit: that of a notebook often names its owner."""
        return self._named("h", name) if self.key and name else name

    def _named(self, kind: str, name: str) -> str:
        # Logins are the same in any case, for GitLab and for GitHub.
        text = f"syncer.identity/v1\0{kind}\0{unicodedata.normalize('NFC', name).casefold()}"
        digest = hmac.new(self.key, text.encode("utf-8", "surrogateescape"), hashlib.sha256).digest()
        return f"{kind}-{base64.b32encode(digest).decode().lower()[:_LENGTH]}"


def identity(setting: str, environ: Mapping[str, str]) -> Identity:
    """How persons are named where ``audit.identity`` of the settings is ``setting``.

    Raises ConfigError, before anything is sent, where pseudonyms are asked for and there is no good key.
    """
    if setting == LOGIN:
        return Identity()
    key = _key(environ)
    if len(key) >= SHORTEST_KEY:
        return Identity(os.fsencode(key))
    what = f"has fewer than {SHORTEST_KEY} characters" if key else "is not set"
    raise ConfigError(
        f"the audit names persons by pseudonyms (audit.identity), and {VARIABLE} {what}",
        hint="Make a key with: openssl rand -hex 32, and keep it as a protected and masked variable.",
    )


def before_settings(environ: Mapping[str, str]) -> Identity:
    """How persons are named before the settings are read: by pseudonyms, where there is a key for them."""
    key = _key(environ)
    return Identity(os.fsencode(key)) if len(key) >= SHORTEST_KEY else Identity()


def names_of(login: str, environ: Mapping[str, str]) -> frozenset[str]:
    """What a person may be called in the audit: the login, and its pseudonym where the key is set.

    Entries from before and after a change of the setting are both found. A pseudonym names itself.
    """
    key = _key(environ)
    return frozenset({login, Identity(os.fsencode(key))(login)} if key else {login})


def _key(environ: Mapping[str, str]) -> str:
    return environ.get(VARIABLE, "").strip()
