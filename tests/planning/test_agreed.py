from collections.abc import Mapping
from typing import Any

import pytest

from syncer.audit.entries import Run, change_entries, run_entry
from syncer.kinds.backup import BackupRule
from syncer.kinds.overflow import OverflowRule
from syncer.kinds.owner import OwnerMark
from syncer.model.change import Action, QueueChange, RuleChange, Written
from syncer.model.plan import Outcome, Status
from syncer.model.rule import Rule
from syncer.model.settings import ApiLocation, Organization
from syncer.planning.agreed import NOT_KNOWN, Agreed, brought_up_to_date
from tests.organizations import overflow

API, AT, LATER = "https://api", "2026-03-01T08:30:00.000Z", "2026-03-01T09:30:00.000Z"
HERE = ApiLocation(API)
OLD, NEW = OverflowRule("id-B", 10, 60, True), OverflowRule("id-B", 20, 60, True)
OTHER = OverflowRule("id-C", 5, 60, True)
B, C = ("overflow", "id-B"), ("overflow", "id-C")
WRITTEN = Written(
    {"routingRules": [overflow("B", 10), overflow("C", 5)]},
    {"routingRules": [overflow("B", 20), overflow("C", 5)]},
)


def entries(
    status: Status = Status.APPLIED,
    verb: str = "apply",
    written: Written | None = WRITTEN,
    before: Rule | None = OLD,
    after: Rule | None = NEW,
    run: Run | None = None,
) -> list[dict[str, Any]]:
    run = run or Run("r", AT, API, verb=verb)
    action = Action.UPDATE if before and after else Action.CREATE if after else Action.DELETE
    change = QueueChange(
        "a", "A", (RuleChange(action, "id-B", "B", before, after),), (), (), kinds=("overflow",)
    )
    made = change_entries(run, Outcome(change, status, written=written), LATER)
    return [*made, run_entry(run, LATER, status="done", validation_pass=True)]


def known(made: list[dict[str, Any]], before: Mapping[str, Agreed] | None = None, at: str = "") -> Agreed:
    return brought_up_to_date(before or {}, at, made, HERE).get("a", NOT_KNOWN)


def test_an_apply_leaves_all_rules_of_a_queue_known_but_for_marks() -> None:
    agreed = known(entries())
    assert ((NEW,), (OTHER,), ()) == (agreed.at(B), agreed.at(C), agreed.at(("backup", "")))
    assert () == agreed.at(("overflow", "id-D"))
    assert agreed.at(("owner", "")) is None


@pytest.mark.parametrize("made", [entries(verb="rollback"), entries()[:1], entries(written=None)])
def test_a_rollback_or_a_run_without_an_end_leaves_its_own_rules_known(made: list[dict[str, Any]]) -> None:
    agreed = known(made)
    assert ((NEW,), None) == (agreed.at(B), agreed.at(C))
    over = known(made, {"a": Agreed((OLD, OTHER))}, AT)
    assert ((NEW,), (OTHER,), ()) == (over.at(B), over.at(C), over.at(("overflow", "id-D")))


def test_a_rule_that_was_taken_away_is_known_to_be_none() -> None:
    agreed = known(entries(written=None, after=None), {"a": Agreed((OLD, OTHER))})
    assert ((), (OTHER,)) == (agreed.at(B), agreed.at(C))


@pytest.mark.parametrize("status", Status)
def test_only_what_was_done_counts(status: Status) -> None:
    agreed = known(entries(status), {"a": Agreed((OLD,))})
    done = status in (Status.APPLIED, Status.MERGED, Status.ALREADY)
    assert (NEW if done else OLD,) == agreed.at(B)


def test_what_is_remembered_later_counts() -> None:
    before = {"a": Agreed((OLD,))}
    assert ((NEW,), (OLD,)) == (known(entries(), before, AT).at(B), known(entries(), before, LATER).at(B))
    assert (NEW,) == known(entries(), {}, LATER).at(B)


def test_runs_elsewhere_say_nothing() -> None:
    run = Run("r", AT, API, organization=Organization("o", "O"))
    there = ApiLocation(API, Organization("p", "P"))
    assert {} == brought_up_to_date({}, "", entries(run=run), there)
    assert {"a"} == brought_up_to_date({}, "", entries(run=run), HERE).keys()


@pytest.mark.parametrize(
    "odd", [{"before": 1}, {"after": {"kind": "x"}}, {"written": 1}, {"written": {"before": {}, "after": 1}}]
)
def test_an_entry_that_can_not_be_read_counts_for_nothing(odd: dict[str, Any]) -> None:
    change, end = entries()
    assert (OLD,) == known([{**change, **odd}, end], {"a": Agreed((OLD,))}).at(B)


def test_marks_come_from_the_images() -> None:
    mark = ("owner", "")
    agreed = known(entries(before=None, after=OwnerMark("us")))
    assert ((OwnerMark("us"),), (NEW,)) == (agreed.at(mark), agreed.at(B))
    kept = known(entries(), {"a": Agreed((OwnerMark("us"), OLD))})
    assert ((OwnerMark("us"),), (NEW,)) == (kept.at(mark), kept.at(B))


def test_a_backup_queue_moves_as_one() -> None:
    backup = Agreed((BackupRule("id-B"),), frozenset({("conditional_groups", "")}))
    assert (BackupRule("id-B"),) == backup.at(("backup", ""))
    assert (None, ()) == (backup.at(("conditional_groups", "")), backup.at(B))
    assert backup == Agreed.of(backup.as_json())
