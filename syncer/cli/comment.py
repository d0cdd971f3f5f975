"""``sync comment``: show a plan where it is reviewed."""

import os
from pathlib import Path

import click

from syncer.errors import ConfigError, WrongUsage


@click.command(name="comment")
@click.argument("plan_file", metavar="PLAN", type=click.Path(path_type=Path))
@click.option("--env", default="", help="Environment of the note; the plan's own unless said.")
@click.option("--api-url", default="", envvar="CI_API_V4_URL", show_envvar=True, help="GitLab's API.")
@click.option(
    "--project", default="", envvar="CI_PROJECT_ID", show_envvar=True, help="Id or path of the project."
)
@click.option(
    "--merge-request", default="", envvar="CI_MERGE_REQUEST_IID", show_envvar=True, help="Its number."
)
@click.option("--commit", default="", envvar="CI_COMMIT_SHA", show_envvar=True, help="What was planned.")
@click.option("--job-url", default="", envvar="CI_JOB_URL", show_envvar=True, help="Link to the job.")
@click.option(
    "--pipeline-url", default="", envvar="CI_PIPELINE_URL", show_envvar=True, help="Link to the pipeline."
)
@click.option("--dry-run", is_flag=True, help="Print the note; GitLab is not asked.")
def command(
    plan_file: Path,
    env: str,
    api_url: str,
    project: str,
    merge_request: str,
    commit: str,
    job_url: str,
    pipeline_url: str,
    dry_run: bool,
) -> int:
    """Write a saved plan as a note on its merge request: one note an environment, kept up to date.

    Needs SYNCER_GITLAB_TOKEN, a project access token with the scope api; a job token can't write notes.
    """
    from syncer.gitlab.place import job_of, merge_request_of, token_of
    from syncer.planning.planfile import load_plan
    from syncer.report.escape import plain
    from syncer.report.note import marker, note_text, stub

    document = load_plan(plan_file, os.environ.get("SYNCER_PLAN_KEY", ""))
    environment = environment_of(env, document["environment"])
    job = job_of(commit, job_url, pipeline_url)
    if dry_run:
        click.echo(note_text(document, environment, job), nl=False)
        return 0
    place, token = merge_request_of(api_url, project, merge_request), token_of(os.environ)
    _needs_library()
    from syncer.gitlab.notes import Notes
    from syncer.gitlab.publish import publish

    with Notes(place, token) as notes:
        done = publish(
            notes,
            marker(environment),
            lambda previous: note_text(document, environment, job, previous),
            stub(environment),
        )
    where = plain(environment) or "the default environment"
    click.echo(f"note of {where} on merge request {place.iid}: {done}")
    return 0


def environment_of(said: str, planned: str) -> str:
    if said and planned and said != planned:
        raise WrongUsage(
            f"the plan is for the environment {planned}, not {said}", hint="Leave --env out, or plan for it."
        )
    return said or planned


def _needs_library() -> None:
    from importlib.util import find_spec

    if find_spec("gitlab") is None:
        raise ConfigError("python-gitlab is not installed", hint="Install it with: pip install python-gitlab")
