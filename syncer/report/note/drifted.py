"""The merge request that writes drift back, in words: what drifted, who did it, what it means to merge it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from syncer.drift.field_merge import merged
from syncer.drift.found import Drift, Drifting
from syncer.drift.write_back import NotWritten
from syncer.gitlab.place import Job
from syncer.gitlab.propose import Texts
from syncer.kinds.registry import kind_of
from syncer.model.change import Moved
from syncer.model.rule import Rule
from syncer.report.note.markup import (
    LONGEST_MESSAGE,
    code,
    code_cell,
    hidden,
    links,
    shortened,
    table,
    where,
)
from syncer.report.text.drift import editors_in_words, pending_in_words
from syncer.report.text.paint import counted
from syncer.report.text.plan import marks_among

MOST_ROWS = 300
MOST_NAMES = 20
KIND = "drift"
WHAT = "This merge request writes the live rules into the policies."
NOT_WRITTEN = "These drifted too, and stay as they are in the policies: fix them by hand."
ON_MERGE = "to keep the live rules: after that, a plan has no changes here"
ON_CLOSE = (
    "to keep the policies, and run a pipeline on the default branch, which applies them. "
    "It is not opened again for the same change."
)


@dataclass(frozen=True, slots=True)
class DriftStory:
    """The content of the texts about a drift: where it was found, and what can't be written.

    ``others`` are the environments that have the same policies; ``policy_set`` is the name of this set.
    """

    drift: Drift
    left: Sequence[NotWritten] = ()
    environment: str = ""
    others: Sequence[str] = ()
    job: Job = field(default_factory=Job)
    policy_set: str = ""


def drift_texts(told: DriftStory, digest: str) -> Texts:
    """Title and description; ``digest`` is that of the change, which the hidden first line has."""
    counts = _counts(told.drift)
    lines = [
        _hidden(told.environment, told.policy_set, digest),
        f"The live queues and the policies of {_place(told)} differ in {counts}. {WHAT}",
        "",
        f"- **Merge it** {ON_MERGE}{_but_pending(told.drift)}.",
        f"- **Close it** {ON_CLOSE}",
        *others_line(told.others),
        "",
        "Each run rebuilds the branch: commits of others on it are lost.",
        *_waiting(told.drift),
        *_merged(told.drift),
        "",
        "### What drifted",
        "",
        *rule_table(told.drift.rules),
        *_editors(told.drift.rules),
        *left_lines(told.left, NOT_WRITTEN),
    ]
    found = ", ".join(links(told.job))
    if found:
        lines += [f"Found by this {found}.", ""]
    marker = _marker(told.environment, told.policy_set)
    return Texts(marker, f"Drift of the live queues: {counts}", "\n".join(lines).rstrip("\n") + "\n")


def gone_texts(environment: str, job: Job, why: str, policy_set: str = "") -> Texts:
    """What the description becomes where there is nothing to merge any more, because of ``why``."""
    found = "".join(f" ({link})" for link in [", ".join(links(job))] if link)
    description = f"{_hidden(environment, policy_set, 'gone')}\nClosed by syncer: {why}{found}.\n"
    return Texts(_marker(environment, policy_set), "", description)


def _hidden(environment: str, policy_set: str, *more: str) -> str:
    """The hidden line of a set of policies in an environment; in the names a colon is written as its code."""
    quoted = quote(policy_set, safe="", errors="surrogatepass").replace("--", "-%2D")
    return hidden(f"{KIND}:{quoted}" if policy_set else KIND, environment, *more)


def _marker(environment: str, policy_set: str) -> str:
    return _hidden(environment, policy_set).removesuffix("-->")


def _place(told: DriftStory) -> str:
    of_set = f" in {code(told.policy_set)}" if told.policy_set else ""
    return f"{where(told.environment)}{of_set}"


def _counts(drift: Drift) -> str:
    queues = {rule.queue for rule in drift.rules}
    among = marks_among(rule.side for rule in drift.rules)
    return f"{counted(len(drift.rules), 'rule')} of {counted(len(queues), 'queue')}{among}"


def _waiting(drift: Drift) -> list[str]:
    if not drift.pending:
        return []
    return [
        "",
        f"Not included, because it is pending: {pending_in_words(drift)}. The next apply does that.",
    ]


def _but_pending(drift: Drift) -> str:
    return " except what is pending" if drift.pending or drift.moved(Moved.BOTH) else ""


def _merged(drift: Drift) -> list[str]:
    taken = sum(bool(merge.taken) for merge in map(merged, drift.rules) if merge)
    if not taken:
        return []
    return [
        "",
        (
            f"Of {counted(taken, 'rule')} that the policies changed too, "
            "only changes of the live queues are included."
        ),
    ]


def others_line(names: Sequence[str]) -> Iterator[str]:
    """The environments that have the same policies; nothing where there is none."""
    if names:
        shown = ", ".join(code(name) for name in names[:MOST_NAMES])
        more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
        yield f"- **Other environments have the same policies**, and change with them: {shown}{more}."


def rule_table(rules: Sequence[Drifting]) -> list[str]:
    """One row a rule, with both sides."""
    rows = [
        [
            code_cell(rule.queue_name),
            code_cell(rule.side.label(rule.target_name)),
            _values(rule.live, rule),
            _values(rule.policy, rule),
        ]
        for rule in rules[:MOST_ROWS]
    ]
    return [*table(["Queue", "Rule", "Live queue", "Policies"], rows), *_more(len(rules), "rule")]


def _values(rule: Rule | None, drifting: Drifting) -> str:
    """What one side has; as code where it names groups."""
    if rule is None:
        return "nothing"
    words = rule.settings(drifting.names)
    return code_cell(words) if kind_of(rule).names_in_settings else shortened(words)


def _editors(rules: Sequence[Drifting]) -> Iterator[str]:
    """Who changed each queue last, where that is known."""
    edits = {rule.queue: (rule.queue_name, rule.edit) for rule in rules if rule.edit.in_words()}
    rows = [[code_cell(name), *_cells(edit.by, edit.at)] for name, edit in edits.values()]
    yield from _audited(rules)
    if rows:
        yield from ["### Who changed these queues last", ""]
        yield from table(["Queue", "By", "At"], rows[:MOST_ROWS])
        yield from _more(len(rows), "queue")


def _audited(rules: Sequence[Drifting]) -> Iterator[str]:
    """Who changed the fields that drifted, as the organization's audit has it."""
    by_queue: dict[str, list[Drifting]] = {}
    for rule in rules:
        by_queue.setdefault(rule.queue, []).append(rule)
    rows = [
        [code_cell(drifting[0].queue_name), code_cell(words)]
        for drifting in by_queue.values()
        for words in editors_in_words(drifting)
    ]
    if rows:
        yield from ["### Who changed these rules", "", *table(["Queue", "Edit"], rows[:MOST_ROWS])]
        yield from _more(len(rows), "edit")


def _cells(*texts: str) -> list[str]:
    return [code_cell(text) if text else "" for text in texts]


def left_lines(left: Sequence[NotWritten], words: str) -> Iterator[str]:
    """What can't be written, and why; ``words`` say what that means."""
    if not left:
        return
    yield from ["### Not written", "", words, ""]
    yield from (f"- {code(each.name)}: {code(each.reason, LONGEST_MESSAGE)}" for each in left[:MOST_ROWS])
    yield from ["", *_more(len(left), "queue")]


def _more(number: int, noun: str) -> list[str]:
    left = number - MOST_ROWS
    return [f"… and {counted(left, f'more {noun}')}.", ""] if left > 0 else []
