"""The checklist of variables in docs/gitlab.md against the program and the pipeline."""

import re

from tests.docs.documents import ROOT, rows, section_of
from tests.docs.pipelines import jobs, pipeline
from tests.docs.test_variables_doc import in_the_code

PAGE = ROOT / "docs" / "gitlab.md"
HEADING = "## Checklist of variables"


def test_every_variable_of_the_program_is_in_it() -> None:
    ours = {name for name in in_the_code() if name.startswith("SYNCER_")}
    named = set(re.findall(r"`(SYNCER_[A-Z_]+)`", section_of(PAGE, HEADING)))
    assert sorted({*ours, "SYNCER_SETUP"}) == sorted(named)


def test_every_job_that_it_names_exists() -> None:
    named = {name for row in rows(PAGE, HEADING) for name in re.findall(r"`([a-z:-]+)`", row[-1])}
    assert set() == named - set(jobs(pipeline()))


def test_pushing_a_branch_gives_no_access_to_credentials_that_write() -> None:
    cells = {row[2]: row[3:5] for row in rows(PAGE, HEADING) if "OAUTHCLIENT" in row[0] or "writer" in row[0]}
    assert {"All": ["yes", "**no**"], "`production`": ["yes", "**yes**"]} == cells
