"""Drift as a change to the policies, on a branch with a merge request, for review."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from syncer.app.connection import FreshPlan
from syncer.app.session import Session
from syncer.drift.found import Drift
from syncer.drift.held_back import HeldBack
from syncer.drift.write_back import WrittenBack, write_back
from syncer.errors import Refused, SyncerError, WrongUsage
from syncer.files import refuse_larger, with_line_ends_of
from syncer.gitlab.place import MergeRequest, checkout_of, in_name, job_here, needs_library, token_of
from syncer.gitlab.propose import ChangedFile, Texts, digest_of
from syncer.model.change import Moved
from syncer.model.policy import PolicyFile
from syncer.planning.disk import OnDisk
from syncer.report.note.drifted import KIND, DriftStory, drift_texts, gone_texts
from syncer.report.views import Drifted, ReportOf
from syncer.yamlfile.decode import MOST_BYTES
from syncer.yamlfile.document import Document, parse

if TYPE_CHECKING:
    from syncer.gitlab.propose import Proposals

GONE = "the live queues match the policies again"
PENDING = "the live queues were restored; what the policies changed since both last agreed is not applied yet"
UNSAYABLE = "what has drifted now can't be written into the policies"


def with_merge_request(
    report: ReportOf[Drifted],
    labels: str,
    disk: OnDisk,
    fresh: FreshPlan,
    drift: Drift,
    held: HeldBack,
    session: Session,
    policy_set: str = "",
) -> ReportOf[Drifted]:
    """Open, update or close the merge request; a failure becomes the error of the report.

    What exceptions have ``held`` back is not part of it.
    """
    try:
        for line in _opened(labels, disk, fresh, drift, held, session.environ, policy_set):
            session.message(line)
    except SyncerError as error:
        return replace(report, error=error, exit_code=error.exit_code)
    return report


def _opened(
    labels: str,
    disk: OnDisk,
    fresh: FreshPlan,
    drift: Drift,
    held: HeldBack,
    environ: Mapping[str, str],
    policy_set: str,
) -> Iterator[str]:
    """Yield the results for the merge request, line by line."""
    if not fresh.plan.whole:
        raise WrongUsage(
            "--open-mr covers all policies, and only some were named", hint="Name no paths and no --queue."
        )
    checkout, token = checkout_of(environ, Path.cwd()), token_of(environ)
    job = job_here(environ, checkout.commit)
    if not fresh.plan.applicable:
        yield "the policies have errors: no merge request is opened until they are fixed"
        return
    if not drift.compared:
        yield "nothing could be compared: no merge request is opened, renewed or closed"
        return
    needs_library()
    from syncer.gitlab.api import Api
    from syncer.gitlab.propose import OPENING, Proposals

    environment = fresh.plan.environment
    made = written_back(disk, fresh, drift, held.as_pending)
    files = [changed_file(path, text, checkout.root) for path, text in made.texts.items()]
    with Api(checkout.project.url, token, OPENING) as api:
        proposals = Proposals(api, checkout, branch_of(environment, policy_set))
        if files:
            others = tuple(name for name in disk.environments if name != environment)
            told = DriftStory(drift, made.left, environment, others, job, policy_set)
            done = proposals.propose(files, drift_texts(told, digest_of(files)), labels)
            yield f"merge request {done.what}: {done.url}"
        elif any(each.moved is Moved.UNKNOWN for each in made.left):
            yield "no merge request is opened, renewed or closed: it is not known which side changed"
        else:
            texts = gone_texts(environment, job, _why_gone(drift), policy_set)
            yield from withdrawn(proposals, texts, token)
    for each in made.left:
        yield f"not written back: {each.name}: {each.reason}"


def written_back(disk: OnDisk, fresh: FreshPlan, drift: Drift, held: Drift | None = None) -> WrittenBack:
    """Return the policy files with what changed in the live queues alone; ``held`` is as in
    ``write_back``."""
    documents = [document_of(file) for file in disk.policies.files]
    overridden = {each.queue for each in disk.settings.environment.overrides if each.shares}
    environment = fresh.plan.environment
    return write_back(fresh.read, drift, documents, overridden, disk.settings.ignore, environment, held)


def _why_gone(drift: Drift) -> str:
    if drift.rules:
        return UNSAYABLE
    return PENDING if drift.pending else GONE


def withdrawn(proposals: "Proposals", texts: Texts, token: str) -> Iterator[str]:
    """Close merge requests that are still open, with a note."""
    from syncer.gitlab.notes import Notes

    closed = proposals.withdraw(texts)
    if closed is not None:
        project = proposals.checkout.project
        with Notes(MergeRequest(project.url, project.id, str(closed.iid)), token) as notes:
            notes.create(texts.description.partition("\n")[2])
        yield f"merge request !{closed.iid} closed: there is nothing left to merge: {closed.url}"


def document_of(file: PolicyFile) -> Document:
    """Return a policy file as it was when the drift was found. Raises Refused if it has changed since."""
    try:
        content = Path(file.path).read_bytes()
    except OSError:
        content = b""
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise Refused(f"{file.path} was changed meanwhile: nothing was written back", hint="Run it again.")
    return parse(file.path, content)


def changed_file(path: str, text: str, root: Path) -> ChangedFile:
    """Return a file as in the repository below ``root``. Raises Refused if it is outside of it, SyncerError
    if it is too large to be read again."""
    place, top = Path(path).resolve(), root.resolve()
    if not place.is_relative_to(top):
        raise Refused(
            f"{path} is outside of the repository: nothing was written back",
            hint="CI_PROJECT_DIR is the folder of the repository.",
        )
    content = with_line_ends_of(place, text)
    refuse_larger(Path(path), content, MOST_BYTES, "Split it into several files first.")
    return ChangedFile(place.relative_to(top).as_posix(), content)


def branch_of(environment: str, policy_set: str = "", what: str = KIND) -> str:
    """Return the branch of an environment and policy set, for one kind of change: no two share one.

    Characters that can't be in a branch name are written as codes; so is ``+``, which precedes the set.
    """
    of_environment = f"-{in_name(environment)}" if environment else ""
    return f"syncer/{what}{of_environment}" + (f"+{in_name(policy_set)}" if policy_set else "")
