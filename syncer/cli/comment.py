"""``sync comment``: show a plan where it is reviewed, and the result of its apply."""

import logging
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from syncer.app import CommentOptions, PolicySource, Session, comment
from syncer.cli.logs import logged
from syncer.cli.options import (
    LogOptions,
    env_option_of,
    folder_option,
    log_options,
    pick,
    policy_set_option,
    record_option,
    state_option,
)
from syncer.cli.output import started
from syncer.errors import SyncerError
from syncer.report.escape import plain

_log = logging.getLogger(__name__)


@click.command(name="comment")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@env_option_of("Environment of the note.")
@folder_option
@policy_set_option
@click.option(
    "--api-url",
    metavar="URL",
    default="",
    envvar="CI_API_V4_URL",
    show_envvar=True,
    help="GitLab's API.",
)
@click.option(
    "--project",
    metavar="PROJECT",
    default="",
    envvar=["CI_MERGE_REQUEST_PROJECT_ID", "CI_PROJECT_ID"],
    show_envvar=True,
    help="Id or path of the project.",
)
@click.option(
    "--merge-request",
    metavar="NUMBER",
    default="",
    envvar="CI_MERGE_REQUEST_IID",
    show_envvar=True,
    help="Number of the merge request.",
)
@click.option(
    "--commit",
    metavar="SHA",
    default="",
    envvar=["CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", "CI_COMMIT_SHA"],
    show_envvar=True,
    help="Commit that was planned, if the plan doesn't state it.",
)
@click.option(
    "--branch",
    metavar="NAME",
    default="",
    envvar="CI_COMMIT_BRANCH",
    show_envvar=True,
    help="Branch that was applied.",
)
@click.option(
    "--job-url", metavar="URL", default="", envvar="CI_JOB_URL", show_envvar=True, help="Link to the job."
)
@click.option(
    "--pipeline-url",
    metavar="URL",
    default="",
    envvar="CI_PIPELINE_URL",
    show_envvar=True,
    help="Link to the pipeline.",
)
@click.option(
    "--report",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="JSON report of the plan: if there is no plan, the note gives the reason.",
)
@click.option(
    "--audit-head",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="File that the apply wrote its audit head to.",
)
@click.option(
    "--page",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="HTML report that the job keeps: the note links to it if it exists.",
)
@state_option
@record_option
@log_options
@click.option("--dry-run", is_flag=True, help="Print the note; GitLab isn't contacted.")
def command(file: Path, **options: Any) -> int:
    """Write a saved plan as a note on its merge request: one note per environment, kept up to date.

    Given the JSON report of an apply, it writes the result on each merge request that went live with it.

    Needs SYNCER_GITLAB_TOKEN, a project access token with the scope api; a job token can't write notes. If
    GitLab doesn't accept a note, there is a warning, and the note is printed.
    """
    logs, policies = pick(LogOptions, options), pick(PolicySource, options)
    wanted = replace(
        pick(CommentOptions, options),
        environment=policies.environment,
        policy_set=policies.policy_set,
        folder=policies.place,
    )
    session = Session()
    with logged(logs.log_format, logs.log_level, lambda: session.run, os.environ):
        try:
            done = comment(file, wanted, session=session)
        except SyncerError as error:
            return _ended(error, logs)
        for warning in done.warnings:
            if logs.as_json:
                _log.warning("%s", warning)
            else:
                click.echo(f"warning: {plain(started().spoken(warning))}", err=True)
        click.echo(done.text, nl=False)
        return _ended(done.problem, logs) if done.problem else 0


def _ended(error: SyncerError, logs: LogOptions) -> int:
    """Return the exit code of an error; with JSON logs, the error is a log record."""
    if not logs.as_json:
        raise error
    _log.error("%s", " ".join(filter(None, (error.message, error.hint))))
    return error.exit_code
