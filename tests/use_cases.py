"""How tests call the use cases: which policies, with which credentials."""

from typing import Any

from syncer.app import PolicySource, RunOptions, Session

CREDENTIALS = {"GENESYSCLOUD_OAUTHCLIENT_ID": "demo", "GENESYSCLOUD_OAUTHCLIENT_SECRET": "demo"}
SOURCE = PolicySource()
UNASKED = RunOptions(auto_approve=True)


def session(**values: Any) -> Session:
    """A session that knows the credentials and no other variables than those of ``environ``."""
    return Session(environ={**CREDENTIALS, **values.pop("environ", {})}, **values)
