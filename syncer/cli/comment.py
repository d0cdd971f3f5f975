"""``sync comment``: show a plan where it is reviewed, and what became of it."""

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
@click.option(
    "--env", "environment", default="", envvar="SYNCER_ENV", show_envvar=True, help="Environment of the note."
)
@folder_option
@policy_set_option
@click.option("--api-url", default="", envvar="CI_API_V4_URL", show_envvar=True, help="GitLab's API.")
@click.option(
    "--project",
    default="",
    envvar=["CI_MERGE_REQUEST_PROJECT_ID", "CI_PROJECT_ID"],
    show_envvar=True,
    help="Id or path of the project.",
)
@click.option(
    "--merge-request", default="", envvar="CI_MERGE_REQUEST_IID", show_envvar=True, help="Its number."
)
@click.option(
    "--commit",
    default="",
    envvar=["CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", "CI_COMMIT_SHA"],
    show_envvar=True,
    help="What was planned, where the plan doesn't say it.",
)
@click.option(
    "--branch", default="", envvar="CI_COMMIT_BRANCH", show_envvar=True, help="Where it was applied from."
)
@click.option("--job-url", default="", envvar="CI_JOB_URL", show_envvar=True, help="Link to the job.")
@click.option(
    "--pipeline-url", default="", envvar="CI_PIPELINE_URL", show_envvar=True, help="Link to the pipeline."
)
@click.option(
    "--report",
    type=click.Path(path_type=Path),
    help="JSON report of the plan: where there is no plan, the note says why.",
)
@click.option(
    "--audit-head", type=click.Path(path_type=Path), help="Where the apply kept the head of its audit."
)
@click.option(
    "--page",
    type=click.Path(path_type=Path),
    help="HTML report that the job keeps: the note links it, where it is there.",
)
@state_option
@record_option
@log_options
@click.option("--dry-run", is_flag=True, help="Print the note; GitLab is not asked.")
def command(file: Path, **options: Any) -> int:
    """Write a saved plan as a note on its merge request: one note an environment, kept up to date.

    With the JSON report of an apply: what became of each merge request that went live with it.

    Needs SYNCER_GITLAB_TOKEN, a project access token with the scope api; a job token can't write notes. Where
    GitLab takes no note, that is a warning, and the note is printed.
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
    """The exit code of an error, which is a record of the log where that is for machines."""
    if not logs.as_json:
        raise error
    _log.error("%s", " ".join(filter(None, (error.message, error.hint))))
    return error.exit_code
