"""What GitLab knows of the order of two commits: the newest one that both come from.

::

    GET  /projects/:id/repository/merge_base?refs[]=A&refs[]=B

It takes no job token, as of GitLab 18, but for what everybody may read of a public project; a token of its
own needs the scope ``read_api`` and the role Reporter.
"""

from typing import Final

from syncer.gitlab.api import Api, Patience, Purpose
from syncer.gitlab.place import Project
from syncer.model.json_values import mapping

_PATIENCE: Final = Patience(10.0, retries=1)
"""A run waits for this under its lock."""

_HISTORY: Final = Purpose("read the history of the repository", "Reporter", "commit")


def merge_base(project: Project, token: str, ours: str, theirs: str, *, job: bool = False) -> str:
    """The id of the newest commit that both come from. Raises what Api raises, also where it knows none."""
    with Api(project.url, token, _HISTORY, job=job, patience=_PATIENCE) as api:
        answer = mapping(api.get(f"{project.path}/repository/merge_base", {"refs[]": [ours, theirs]}))
        found = answer.get("id")
        if not isinstance(found, str):
            raise api.senseless()
        return found
