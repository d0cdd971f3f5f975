"""Reports as GitLab's job annotations: links from the job's page to its log and to what it wrote."""

import os

from syncer.model.json_values import readable
from syncer.report.escape import plain
from syncer.report.remarks import artifacts_of
from syncer.report.views import Report

LONGEST_LABEL = 255


def render(report: Report, *, color: bool) -> str:
    """A JSON object with one list of links; empty outside a pipeline (without ``CI_JOB_URL``).

    A file is linked where it lies in the repository of the job: only such a one can be an artifact of it.
    """
    del color
    job = os.environ.get("CI_JOB_URL", "")
    if not job:
        return readable({})
    files = [_link(file, url) for file, url in artifacts_of(job, report.files).items()]
    return readable({f"syncer {report.command}": [*files, _link("job log", job)]})


def _link(label: str, url: str) -> dict[str, dict[str, str]]:
    return {"external_link": {"label": plain(label)[:LONGEST_LABEL], "url": url}}
