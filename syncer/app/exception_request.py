"""What exceptions hold, proposed as a change to the policies: a merge request besides that on drift.

::

    a stop or rollback is in force, and the policies want back what it removed    opened, or updated
    it was lifted, or the policies now match it                                   closed, with a note why
    neither record nor trail are known                                            left unchanged
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from syncer.errors import SyncerError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from syncer.app.connection import FreshPlan
    from syncer.app.options import DriftOptions
    from syncer.app.session import Session
    from syncer.drift.held_back import HeldBack
    from syncer.planning.disk import OnDisk
    from syncer.report.views import Drifted, ReportOf

OVER = (
    "no exception holds anything back any more: it was lifted, the policies match it, or the live queues "
    "have again what it removed"
)
UNSAYABLE = "what is held now can't be written into the policies"


def held_back_of(disk: OnDisk, fresh: FreshPlan) -> HeldBack:
    """What is held back of a plan, rule by rule."""
    from syncer.audit.exceptions import exceptions_at
    from syncer.drift.held_back import held_back
    from syncer.model.settings import ApiLocation
    from syncer.planning.build import build_plan
    from syncer.planning.gather import inputs_of

    here = exceptions_at(fresh.exceptions, ApiLocation(fresh.plan.api, fresh.plan.organization))
    inputs = inputs_of(disk, fresh.read)
    inputs = replace(inputs, selected=fresh.plan.selected, names_before=fresh.names_before)
    plan = build_plan(inputs, fresh.plan.created_at) if here else fresh.plan
    return held_back(plan, here, fresh.held.queues)


def with_exception_request(
    report: ReportOf[Drifted],
    policy_set: str,
    options: DriftOptions,
    disk: OnDisk,
    fresh: FreshPlan,
    held: HeldBack,
    session: Session,
) -> ReportOf[Drifted]:
    """Open, update or close the merge request on what is ``held``; a failure becomes the error of the report.
    Nothing is done after an error, with policies that have errors, or if the exceptions can't be known."""
    if report.error is not None or not fresh.plan.applicable:
        return report
    try:
        for line in _offered(policy_set, options, disk, fresh, held, session.environ):
            session.message(line)
    except SyncerError as error:
        return replace(report, error=error, exit_code=error.exit_code)
    return report


def _offered(
    policy_set: str,
    options: DriftOptions,
    disk: OnDisk,
    fresh: FreshPlan,
    held: HeldBack,
    environ: Mapping[str, str],
) -> Iterator[str]:
    """Yield the results for the merge request, line by line."""
    from syncer.app.drift_merge_request import branch_of, changed_file, withdrawn, written_back
    from syncer.gitlab.place import checkout_of, job_here, needs_library, token_of

    needs_library()
    from syncer.gitlab.api import Api
    from syncer.gitlab.propose import OPENING, Proposals, digest_of
    from syncer.net.timing import from_rfc3339
    from syncer.report.note.excepted import KIND, ExceptionStory, exception_texts, over_texts

    checkout, token = checkout_of(environ, Path.cwd()), token_of(environ)
    job = job_here(environ, checkout.commit)
    environment = fresh.plan.environment
    made = written_back(disk, fresh, held.drift)
    files = [changed_file(path, text, checkout.root) for path, text in made.texts.items()]
    told = ExceptionStory(
        held,
        from_rfc3339(fresh.plan.created_at),
        made.left,
        environment,
        policy_set,
        tuple(name for name in disk.environments if name != environment),
        _lift_options(environment, options.record),
        job,
    )
    with Api(checkout.project.url, token, OPENING) as api:
        proposals = Proposals(api, checkout, branch_of(environment, policy_set, KIND))
        if files:
            done = proposals.propose(files, exception_texts(told, digest_of(files)), options.mr_labels)
            yield f"merge request on exceptions {done.what}: {done.url}"
        else:
            why = UNSAYABLE if held.drift.rules else OVER
            yield from withdrawn(proposals, over_texts(environment, policy_set, job, why), token)
    for each in made.left:
        yield f"held, and not written into the policies: {each.name}: {each.reason}"


def _lift_options(environment: str, record: str) -> tuple[str, ...]:
    """The options that a command needs to find the same exceptions. A path or URL is not shown: it may be
    secret."""
    from syncer.app.record_places import GITLAB

    return (
        *(("--env", environment) if environment else ()),
        *(("--record", GITLAB) if record == GITLAB else ()),
    )
