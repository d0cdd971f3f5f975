"""How an entry stands in its line, and what its hash is taken over.

::

    {"timestamp": …, "n": 7, "previous": "sha256:0b5e…", "hash": "sha256:91aa…"}
    └──────────── these bytes are hashed ─────────────┘

In ``syncer.audit/v2`` the hash is the SHA-256 of the exact bytes of the line before its last member, so
anyone can check it without agreeing on a form of JSON. A line of ``syncer.audit/v1`` is hashed as canonical
JSON of the entry without ``hash``.
"""

import hashlib
import re
from collections.abc import Mapping
from typing import Any, Final

from syncer.model.json_values import digest, one_line

FORMAT: Final = "syncer.audit/v2"
FORMAT_V1: Final = "syncer.audit/v1"

_LINKED: Final = re.compile(
    rb'(\{.*"n": ([1-9][0-9]*), "previous": "(sha256:[0-9a-f]{64})"), "hash": "(sha256:[0-9a-f]{64})"\}\n',
    re.DOTALL,
)


def linked(entry: Mapping[str, Any], number: int, previous: str) -> tuple[dict[str, Any], bytes]:
    """``entry`` as number ``number`` behind the hash ``previous``: as it is read again, and its line."""
    plain = {key: value for key, value in entry.items() if key not in ("n", "previous", "hash")}
    whole = {**plain, "n": number, "previous": previous}
    body = one_line(whole)[:-1].encode()
    whole["hash"] = _hash_of(body)
    return whole, body + f', "hash": "{whole["hash"]}"}}\n'.encode()


def hash_of_line(raw: bytes, entry: Mapping[str, Any]) -> str:
    """The hash that the line ``raw``, which holds ``entry``, should have; empty where it has not the form
    that has one."""
    if entry.get("format") == FORMAT_V1:
        if raw.endswith(b"\r\n"):
            return ""
        return digest({key: value for key, value in entry.items() if key != "hash"})
    found = _LINKED.fullmatch(raw)
    return _hash_of(found[1]) if found else ""


def _hash_of(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"
