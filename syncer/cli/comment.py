"""``sync comment``: show a plan where it is reviewed, and what became of it."""

from pathlib import Path
from typing import Any

import click

from syncer.app import CommentOptions, comment
from syncer.cli.options import pick


@click.command(name="comment")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "--env", "environment", default="", envvar="SYNCER_ENV", show_envvar=True, help="Environment of the note."
)
@click.option("--api-url", default="", envvar="CI_API_V4_URL", show_envvar=True, help="GitLab's API.")
@click.option(
    "--project", default="", envvar="CI_PROJECT_ID", show_envvar=True, help="Id or path of the project."
)
@click.option(
    "--merge-request", default="", envvar="CI_MERGE_REQUEST_IID", show_envvar=True, help="Its number."
)
@click.option("--commit", default="", envvar="CI_COMMIT_SHA", show_envvar=True, help="What was planned.")
@click.option(
    "--branch", default="", envvar="CI_COMMIT_BRANCH", show_envvar=True, help="Where it was applied from."
)
@click.option("--job-url", default="", envvar="CI_JOB_URL", show_envvar=True, help="Link to the job.")
@click.option(
    "--pipeline-url", default="", envvar="CI_PIPELINE_URL", show_envvar=True, help="Link to the pipeline."
)
@click.option(
    "--audit-head", type=click.Path(path_type=Path), help="Where the apply kept the head of its audit."
)
@click.option("--dry-run", is_flag=True, help="Print the note; GitLab is not asked.")
def command(file: Path, **options: Any) -> int:
    """Write a saved plan as a note on its merge request: one note an environment, kept up to date.

    With the JSON report of an apply: what became of the merge request that brought the commit.

    Needs SYNCER_GITLAB_TOKEN, a project access token with the scope api; a job token can't write notes.
    """
    wanted = pick(CommentOptions, options)
    done = comment(file, wanted)
    click.echo(done.text, nl=not wanted.dry_run)
    if done.problem:
        raise done.problem
    return 0
