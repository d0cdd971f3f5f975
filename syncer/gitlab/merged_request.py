"""The merge request that brought a commit to a branch."""

from syncer.gitlab.api import Api, Purpose
from syncer.gitlab.merge_requests import Requests
from syncer.gitlab.place import MergeRequest, Project

READING = Purpose("read merge requests", "Reporter", "project or commit")


def brought(project: Project, token: str, commit: str, branch: str) -> MergeRequest | None:
    """The one that was merged into ``branch`` as ``commit``, else the last that brought it, if there is one.

    Raises what ``Api`` does.
    """
    with Api(project.url, token, READING) as api:
        found = Requests(api, project).merged(commit, branch)
    exact = [request for request in found if commit in request.commits]
    for request in (*exact, *found):
        return MergeRequest(project.url, project.id, str(request.iid))
    return None
