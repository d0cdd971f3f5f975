"""ID tokens as GitLab signs them for a job, and the key that they are signed with."""

import json
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from jwt.algorithms import RSAAlgorithm

NOW = 1_772_354_000.0
"""When the job runs: seconds since 1970."""

COMMIT = "1" * 40
AUDIENCE = "syncer"


@cache
def key(name: str) -> RSAPrivateKey:
    """The private key of this name, one for all tests of a process."""
    return generate_private_key(public_exponent=65537, key_size=2048)


def public(name: str = "k1") -> dict[str, Any]:
    """The public key as GitLab shows it below ``/oauth/discovery/keys``."""
    found: dict[str, Any] = json.loads(RSAAlgorithm.to_jwk(key(name).public_key()))
    return {"kty": found["kty"], "n": found["n"], "e": found["e"], "kid": name, "use": "sig", "alg": "RS256"}


def claims(issuer: str, **other: object) -> dict[str, Any]:
    """What GitLab says of a job; None leaves a claim out."""
    said = {
        "namespace_id": "3",
        "project_id": "42",
        "project_path": "team/queues",
        "user_id": "7",
        "user_login": "ann",
        "user_email": "ann@example.com",
        "pipeline_id": "455",
        "pipeline_source": "push",
        "job_id": "1123",
        "ref": "main",
        "ref_type": "branch",
        "ref_protected": "true",
        "runner_environment": "self-hosted",
        "sha": COMMIT,
        "jti": "235b3a54-b797-45c7-ae9a-f72d7bc6ef5b",
        "iss": issuer,
        "iat": NOW - 10,
        "nbf": NOW - 15,
        "exp": NOW + 3600,
        "sub": "project_path:team/queues:ref_type:branch:ref:main",
        "aud": AUDIENCE,
        **other,
    }
    return {name: value for name, value in said.items() if value is not None}


def signed(said: dict[str, Any], name: str = "k1", kid: str = "k1") -> str:
    """A token that says this, signed with the key of this name."""
    return jwt.encode(said, key(name), algorithm="RS256", headers={"kid": kid})
