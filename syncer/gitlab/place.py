"""The project and merge request to write to, the token for it, and the job that writes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from syncer.errors import ConfigError
from syncer.net.urls import problem_of

API_PATH = "/api/v4"
_LINK = re.compile(r"https?://[\w.~:/?#\[\]@!$&'*+,;=%-]+", re.ASCII)
_COMMIT = re.compile(r"[0-9a-f]{7,64}")
_HOW_TO_WRITE = (
    "Create a project access token with the scope api and the role Reporter or above (to open merge "
    "requests: Developer), and set SYNCER_GITLAB_TOKEN to it as a masked CI/CD variable."
)


@dataclass(frozen=True, slots=True)
class Project:
    """A project by its id, or its path; ``url`` is GitLab's without ``/api/v4``."""

    url: str
    id: str

    @property
    def path(self) -> str:
        """Its path in the API, below ``/api/v4``."""
        return f"/projects/{quote(self.id, safe='')}"


@dataclass(frozen=True, slots=True)
class MergeRequest:
    """A merge request of a project (its id, or its path); ``url`` is GitLab's without ``/api/v4``."""

    url: str
    project: str
    iid: str

    @property
    def path(self) -> str:
        """Its path in the API, below ``/api/v4``."""
        return f"{Project(self.url, self.project).path}/merge_requests/{self.iid}"


@dataclass(frozen=True, slots=True)
class Checkout:
    """The commit of the default branch that a job works on, and the folder of the checkout."""

    project: Project
    root: Path
    commit: str
    branch: str


@dataclass(frozen=True, slots=True)
class Job:
    """The current pipeline job, and the URL of the page that it keeps; what is not known is empty."""

    commit: str = ""
    url: str = ""
    pipeline_url: str = ""
    page: str = ""


def merge_request_of(api_url: str, project: str, iid: str) -> MergeRequest:
    """Return the merge request. Raises ConfigError that names what to set."""
    where = project_of(api_url, project)
    if not iid.strip():
        raise _unknown(
            "the merge request", "A pipeline of a merge request", "CI_MERGE_REQUEST_IID", "--merge-request"
        )
    if not re.fullmatch(r"[1-9][0-9]{0,17}", iid.strip(), re.ASCII):
        raise ConfigError(
            f"{iid[:40]!a} isn't the number of a merge request",
            hint="Use the number after the '!', such as 7.",
        )
    return MergeRequest(where.url, where.id, iid.strip())


def project_of(api_url: str, project: str) -> Project:
    """Return the project. Raises ConfigError that names what to set."""
    for value, what, variable, option in (
        (api_url, "the URL of GitLab's API", "CI_API_V4_URL", "--api-url"),
        (project, "the project", "CI_PROJECT_ID", "--project"),
    ):
        if not value.strip():
            raise _unknown(what, "A pipeline", variable, option)
    return Project(_base_url(api_url.strip()), project.strip())


def _unknown(what: str, who: str, variable: str, option: str) -> ConfigError:
    return ConfigError(
        f"{what} is not known", hint=f"{who} sets {variable}; elsewhere set it, or use {option}."
    )


def checkout_of(environment: Mapping[str, str], here: Path) -> Checkout:
    """Return what a pipeline on the default branch has set, for a job that runs ``here``.

    Raises ConfigError that names what is missing.
    """
    names = ("CI_API_V4_URL", "CI_PROJECT_ID", "CI_PROJECT_DIR", "CI_COMMIT_SHA", "CI_DEFAULT_BRANCH")
    said = {name: environment.get(name, "").strip() for name in names}
    missing = [name for name, value in said.items() if not value]
    if missing:
        raise ConfigError(
            f"a merge request can't be opened: {', '.join(missing)} is not set",
            hint="A pipeline on the default branch sets it; elsewhere set it.",
        )
    default = said["CI_DEFAULT_BRANCH"]
    if environment.get("CI_COMMIT_BRANCH", default) != default:
        raise ConfigError(
            "a merge request can only be opened from the default branch",
            hint="Run the schedule on the default branch.",
        )
    project = project_of(said["CI_API_V4_URL"], said["CI_PROJECT_ID"])
    commit = job_of(said["CI_COMMIT_SHA"], "", "").commit
    return Checkout(project, _top(Path(said["CI_PROJECT_DIR"]), here), commit, default)


def _top(said: Path, here: Path) -> Path:
    """The folder of the repository: the given one, or its checkout if a job runs elsewhere."""
    if here.is_relative_to(said):
        return said
    return next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), said)


def _base_url(api_url: str) -> str:
    problem = problem_of(api_url, "the token")
    if problem:
        raise ConfigError(
            f"the URL of GitLab's API: {problem}", hint="It looks like https://gitlab.example.com/api/v4."
        )
    return api_url.rstrip("/").removesuffix(API_PATH).rstrip("/")


def job_of(commit: str, url: str, pipeline_url: str) -> Job:
    """Return the job. Raises ConfigError for an invalid commit or link."""
    commit = commit.strip().lower()
    if commit and not _COMMIT.fullmatch(commit):
        raise ConfigError(f"{commit[:40]!a} isn't a commit", hint="CI_COMMIT_SHA or --commit is a full SHA.")
    for link, where in (
        (url, "CI_JOB_URL or --job-url"),
        (pipeline_url, "CI_PIPELINE_URL or --pipeline-url"),
    ):
        if link and not _LINK.fullmatch(link):
            raise ConfigError(f"{where} isn't a link", hint="It begins with https://.")
    return Job(commit, url, pipeline_url)


def job_here(environment: Mapping[str, str], commit: str) -> Job:
    """Return the current job, for a commit. Raises what ``job_of`` does."""
    return job_of(commit, environment.get("CI_JOB_URL", ""), environment.get("CI_PIPELINE_URL", ""))


def in_name(text: str) -> str:
    """Return ``text`` as a part of the name of a branch or package: characters that can't be in one, such as
    a slash, are written as codes."""
    return re.sub(r"[^A-Za-z0-9-]", lambda found: f"_{ord(found[0]):x}_", text)


def token_of(environment: Mapping[str, str]) -> str:
    """Return the token that writes. Raises ConfigError that explains what to create, and never shows a
    token."""
    token = environment.get("SYNCER_GITLAB_TOKEN", "").strip()
    if not token:
        why = "SYNCER_GITLAB_TOKEN is not set"
        if environment.get("CI_JOB_TOKEN"):
            why += ", and the job's own CI_JOB_TOKEN can read notes but not write them"
        raise ConfigError(why, hint=_HOW_TO_WRITE)
    if not token.isascii() or not token.isprintable() or " " in token:
        raise ConfigError(
            "SYNCER_GITLAB_TOKEN contains spaces or characters that a token can't have", hint=_HOW_TO_WRITE
        )
    return token


def is_fork(environment: Mapping[str, str]) -> bool:
    """Whether a pipeline runs in a fork, for a merge request of another project."""
    own, parent = (environment.get(name, "") for name in ("CI_PROJECT_ID", "CI_MERGE_REQUEST_PROJECT_ID"))
    return bool(own and parent and own != parent)


def missing_variables(environment: Mapping[str, str]) -> str:
    """Why a job lacks variables of its project, if the project isn't the cause; empty elsewhere."""
    if is_fork(environment):
        return (
            "this pipeline runs in a fork, which doesn't get the variables of the project: a member of the "
            "project can run it there (tab Pipelines of the merge request, Run pipeline)"
        )
    if environment.get("CI_COMMIT_REF_PROTECTED", "") == "false":
        return "the branch is not protected, so the job gets no protected variables"
    return ""


def needs_library() -> None:
    """Raise ConfigError if python-gitlab is not installed."""
    if find_spec("gitlab") is None:
        raise ConfigError("python-gitlab is not installed", hint="Install it with: pip install python-gitlab")
