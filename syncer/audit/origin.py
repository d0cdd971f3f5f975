"""Who runs this and from what: user, host, and where CI says so commit, pipeline and job."""

import getpass
import platform
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a run comes from; what is not known is empty."""

    user: str = ""
    host: str = ""
    commit: str = ""
    pipeline: str = ""
    job: str = ""

    @property
    def link(self) -> str:
        """The URL of the job, else of the pipeline; empty where only their numbers are known."""
        urls = (each for each in (self.job, self.pipeline) if each.startswith(("https://", "http://")))
        return next(urls, "")

    def as_json(self) -> dict[str, str]:
        """The origin as audit and output have it."""
        return {
            "user": self.user,
            "host": self.host,
            "commit": self.commit,
            "pipeline": self.pipeline,
            "job": self.job,
        }


def origin(env: Mapping[str, str]) -> Origin:
    """Read the origin out of the environment: GitLab's and GitHub's variables, else the local user."""
    return Origin(
        user=env.get("GITLAB_USER_LOGIN") or env.get("GITHUB_ACTOR") or _local_user(),
        host=platform.node(),
        commit=env.get("CI_COMMIT_SHA") or env.get("GITHUB_SHA") or "",
        pipeline=env.get("CI_PIPELINE_URL") or env.get("CI_PIPELINE_ID") or env.get("GITHUB_RUN_ID") or "",
        job=env.get("CI_JOB_URL") or env.get("CI_JOB_ID") or env.get("GITHUB_JOB") or "",
    )


def _local_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
