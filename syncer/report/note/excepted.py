"""The merge request that makes exceptions permanent, in words: what is held, by whom, until when, and how
each comes to an end."""

import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from syncer.audit.exceptions import STOP, Exemption
from syncer.drift.found import COMPARED
from syncer.drift.held_back import HeldBack
from syncer.drift.write_back import NotWritten
from syncer.gitlab.place import Job
from syncer.gitlab.propose import Texts
from syncer.model.held import listed
from syncer.planning.exceptions import held_of
from syncer.report.note.drifted import left_lines, others_line, rule_table
from syncer.report.note.markup import code, hidden, links, where
from syncer.report.text.paint import counted

KIND = "exceptions"
MOST_EXCEPTIONS = 50
WHAT = "This merge request writes the held rules into the policies."
ON_MERGE = (
    "to make it permanent: an exception ends when that merge is applied, "
    "because the policies then state the same."
)
ON_CLOSE = (
    "to go back, and lift the exception with its command below: the next apply does what the policies say. "
    "It is not opened again for the same change."
)
NOT_WRITTEN = "These are held too, and stay as they are in the policies: change them by hand."
_SIMPLE = re.compile(r"[\w .&-]{1,60}", re.ASCII)


@dataclass(frozen=True, slots=True)
class ExceptionStory:
    """The content of the texts: what is ``held`` at this time (``now``), and what can't be written.

    ``policy_set`` is that of the policies, ``others`` are the environments that have the same policies,
    ``options`` what each command that lifts an exception needs besides.
    """

    held: HeldBack
    now: datetime
    left: Sequence[NotWritten] = ()
    environment: str = ""
    policy_set: str = ""
    others: Sequence[str] = ()
    options: Sequence[str] = ()
    job: Job = field(default_factory=Job)


def exception_texts(told: ExceptionStory, digest: str) -> Texts:
    """Title and description; ``digest`` is that of the change, which the hidden first line has."""
    made = told.held.exceptions
    counts = counted(len(made), "exception")
    are = "is" if len(made) == 1 else "are"
    lines = [
        _hidden(told.environment, told.policy_set, digest),
        f"{counts} from the policies of {where(told.environment, told.policy_set)} {are} in force. {WHAT}",
        "",
        f"- **Merge it** {ON_MERGE}",
        f"- **Close it** {ON_CLOSE}",
        *others_line(told.others),
        "",
        "Each run rebuilds the branch: commits of others on it are lost.",
        "",
        "### What is in force",
        "",
        *_exceptions(told),
        "### What is held",
        "",
        *rule_table(told.held.drift.rules),
        *left_lines(told.left, NOT_WRITTEN),
    ]
    found = ", ".join(links(told.job))
    if found:
        lines += [f"Found by this {found}.", ""]
    title = f"Make permanent: {counts} from the policies"
    description = "\n".join(lines).rstrip("\n") + "\n"
    return Texts(_marker(told.environment, told.policy_set), title, description)


def over_texts(environment: str, policy_set: str, job: Job, why: str) -> Texts:
    """What the description becomes where nothing is held any more, because of ``why``."""
    found = "".join(f" ({link})" for link in [", ".join(links(job))] if link)
    description = f"{_hidden(environment, policy_set, 'gone')}\nClosed by syncer: {why}{found}.\n"
    return Texts(_marker(environment, policy_set), "", description)


def lift_command(made: Exemption, options: Sequence[str] = ()) -> str:
    """The command that lifts an exception."""
    if made.kind != STOP:
        return shlex.join(["syncer", "rollback", "--lift", made.id, *options])
    simple = _SIMPLE.fullmatch(made.target_name) and not made.target_name.startswith("-")
    return shlex.join(["syncer", "stop", made.target_name if simple else made.id, "--lift", *options])


def _hidden(environment: str, policy_set: str, *more: str) -> str:
    return hidden(KIND, environment, *more, policy_set=policy_set)


def _marker(environment: str, policy_set: str) -> str:
    return _hidden(environment, policy_set).removesuffix("-->")


def _exceptions(told: ExceptionStory) -> Iterator[str]:
    """Each exception with the queues that it holds, and how it is lifted."""
    made = told.held.exceptions
    for each in made[:MOST_EXCEPTIONS]:
        rules = zip(told.held.drift.rules, told.held.by, strict=True)
        queues = dict.fromkeys(rule.queue_name for rule, by in rules if each in by)
        yield f"- {held_of(each, told.now).in_words(code)} (run {code(each.id)})"
        yield f"  - it holds {listed(tuple(queues), code)}"
        yield f"  - lift it: {code(lift_command(each, told.options))}"
        yield from _undecided(each, told)
    if len(made) > MOST_EXCEPTIONS:
        yield f"- … and {len(made) - MOST_EXCEPTIONS:,} more."
    yield ""


def _undecided(made: Exemption, told: ExceptionStory) -> Iterator[str]:
    """The queues that these policies don't decide on: for them a stop goes on after the merge."""
    plan = told.held.drift.plan
    managed = {each.queue for each in plan.changes}
    managed |= {each.queue for each in plan.untouched if each.reason in COMPARED}
    others = dict.fromkeys(each.queue_name for each in made.images if each.queue not in managed)
    if made.kind == STOP and others:
        yield (
            f"  - these policies don't manage {listed(tuple(others), code)}: the stop goes on after the "
            "merge, until it is lifted"
        )
