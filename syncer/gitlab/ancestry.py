"""The order of two commits, according to GitLab.

::

    GET  /projects/:id/repository/merge_base?refs[]=A&refs[]=B     the newest commit that both come from
    GET  /projects/:id/repository/compare?from=A&to=B              what B has that A lacks

The second is used if the first responds with 404: no such commit, or not available. As of GitLab 18 they
don't accept a job token, except for public data of a public project; an access token needs the scope
``read_api`` and the role Reporter.
"""

from typing import Any, Final

from syncer.gitlab.api import Api, Patience, Purpose
from syncer.gitlab.place import Project
from syncer.model.json_values import mapping

_PATIENCE: Final = Patience(10.0, retries=1)
"""A run waits for this while it holds its lock."""

_HISTORY: Final = Purpose("read the history of the repository", "Reporter", "commit")


def leads(project: Project, token: str, ours: str, theirs: str, *, job: bool = False) -> tuple[bool, bool]:
    """Return whether the commit ``ours`` leads to ``theirs``, and whether ``theirs`` leads to ``ours``.

    Raises what Api raises, also if GitLab doesn't know one of them.
    """
    with Api(project.url, token, _HISTORY, job=job, patience=_PATIENCE) as api:
        found = api.found(f"{project.path}/repository/merge_base", {"refs[]": [ours, theirs]})
        if found is None:
            return not _beyond(api, project, theirs, ours), not _beyond(api, project, ours, theirs)
        base = mapping(found).get("id")
        if not isinstance(base, str):
            raise api.senseless()
        return base == ours, base == theirs


def _beyond(api: Api, project: Project, old: str, new: str) -> list[Any]:
    """The commits that ``new`` has and ``old`` lacks."""
    answer = mapping(api.get(f"{project.path}/repository/compare", {"from": old, "to": new}))
    commits = answer.get("commits")
    if not isinstance(commits, list):
        raise api.senseless()
    return commits
