"""Who runs this and from what, as the environment claims it or an ID token proves it."""

import getpass
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

GITLAB: Final = "gitlab"
GITHUB: Final = "github"
LOCAL: Final = "local"

_NAMES: Final = {"refProtected": "ref_protected"}
"""Members whose names differ from those of the fields."""

_UNVERIFIED: Final = {
    GITLAB: "variables of the job claim it: no ID token was checked",
    GITHUB: "variables of the job claim it: only ID tokens of GitLab are checked",
    LOCAL: "this machine claims it",
}


@dataclass(frozen=True, slots=True)
class Origin:
    """Who runs this and from what: user, host, and where CI says so commit, pipeline and job.

    ``source`` is ``gitlab``, ``github`` or ``local``. Where it is ``verified``, all but ``host`` comes from
    an ID token that the issuer signed; else the environment claims it, and ``unverified`` says in words why
    it is no more than a claim. ``ref`` is the branch or tag, ``ref_protected`` None where nobody says. What
    is not known is empty; older versions didn't record ``source`` and what follows it.
    """

    user: str = ""
    host: str = ""
    commit: str = ""
    pipeline: str = ""
    job: str = ""
    source: str = ""
    verified: bool = False
    unverified: str = ""
    ref: str = ""
    ref_protected: bool | None = None

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Origin":
        """The origin of its JSON, also as older versions wrote it. Raises TypeError for unknown members."""
        return cls(**{_NAMES.get(name, name): value for name, value in document.items()})

    @property
    def link(self) -> str:
        """The URL of the job, else of the pipeline; empty where only their numbers are known."""
        urls = (each for each in (self.job, self.pipeline) if each.startswith(("https://", "http://")))
        return next(urls, "")

    def as_json(self) -> dict[str, Any]:
        """The origin with how well it is known."""
        return {
            **self.claimed(),
            "source": self.source,
            "verified": self.verified,
            "unverified": self.unverified,
            "ref": self.ref,
            "refProtected": self.ref_protected,
        }

    def claimed(self) -> dict[str, str]:
        """The five members that ``syncer.audit/v1`` and alerts have."""
        return {
            "user": self.user,
            "host": self.host,
            "commit": self.commit,
            "pipeline": self.pipeline,
            "job": self.job,
        }


def origin(env: Mapping[str, str]) -> Origin:
    """What the environment claims, unverified: GitLab's and GitHub's variables, else the local user."""
    source = _source(env)
    protected = env.get("CI_COMMIT_REF_PROTECTED") or env.get("GITHUB_REF_PROTECTED") or ""
    return Origin(
        user=env.get("GITLAB_USER_LOGIN") or env.get("GITHUB_ACTOR") or _local_user(),
        host=platform.node(),
        commit=env.get("CI_COMMIT_SHA") or env.get("GITHUB_SHA") or "",
        pipeline=env.get("CI_PIPELINE_URL") or env.get("CI_PIPELINE_ID") or env.get("GITHUB_RUN_ID") or "",
        job=env.get("CI_JOB_URL") or env.get("CI_JOB_ID") or env.get("GITHUB_JOB") or "",
        source=source,
        unverified=_UNVERIFIED[source],
        ref=env.get("CI_COMMIT_REF_NAME") or env.get("GITHUB_REF_NAME") or "",
        ref_protected={"true": True, "false": False}.get(protected.lower()),
    )


def _source(env: Mapping[str, str]) -> str:
    if any(env.get(name) for name in ("CI_JOB_ID", "CI_PIPELINE_ID", "CI_COMMIT_SHA", "GITLAB_USER_LOGIN")):
        return GITLAB
    return GITHUB if any(env.get(name) for name in ("GITHUB_RUN_ID", "GITHUB_SHA", "GITHUB_ACTOR")) else LOCAL


def _local_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
