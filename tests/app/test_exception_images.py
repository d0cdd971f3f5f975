"""The rules that exceptions are about, out of the trail and out of a plan."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from syncer.app.exception_images import with_images, with_images_of_plan
from syncer.audit.entries import Origin, change_entries
from syncer.audit.exceptions import Exemption, RuleImage
from syncer.errors import AuditError
from syncer.model.settings import ApiLocation
from tests.audit.trails import AFTER, BEFORE, CREATE, DELETE, DONE, NOW, RUN
from tests.organizations import overflow, planned, policies, policy, raw, rule

HERE = ApiLocation("https://api")
STOP = Exemption("stop", RUN.id, HERE, target="b", target_name="Queue B", at=NOW)
HOLD = Exemption("rollback", "back", HERE, queues=("a",), undoes=RUN.id)
MADE = (
    RuleImage("a", "Queue A", None, CREATE.after),
    RuleImage("a", "Queue A", BEFORE, AFTER),
    RuleImage("a", "Queue A", DELETE.before, None),
)
ENTRIES = change_entries(replace(RUN, origin=Origin(commit="c0ffee")), DONE, NOW)


def entries() -> list[dict[str, Any]]:
    return [{**entry, "n": number} for number, entry in enumerate(ENTRIES, 1)]


def test_a_stop_is_about_what_its_run_did_and_a_rollback_about_what_it_undid() -> None:
    stop, hold = with_images([STOP, HOLD], entries)
    assert ((MADE, ""), (MADE, "c0ffee")) == ((stop.images, stop.commit), (hold.images, hold.commit))


def test_a_rollback_of_a_plan_file_is_about_its_own_way_back() -> None:
    (hold,) = with_images([replace(HOLD, id=RUN.id, undoes="")], entries)
    backwards = tuple(replace(each, before=each.after, after=each.before) for each in MADE)
    assert (backwards, "") == (hold.images, hold.commit)


def test_only_the_queues_that_a_rollback_holds_count() -> None:
    (hold,) = with_images([replace(HOLD, queues=("x",))], entries)
    assert () == hold.images


def test_what_is_known_is_not_looked_up_and_a_trail_without_the_run_tells_nothing() -> None:
    known = replace(STOP, images=MADE[:1])

    def unread() -> Iterator[Mapping[str, Any]]:
        raise AuditError("it is broken")

    assert (known,) == with_images([known], unread)
    assert (STOP,) == with_images([STOP], unread)
    assert (STOP, HOLD) == with_images([STOP, HOLD], list)


def test_an_entry_without_an_image_is_of_no_use() -> None:
    damaged = [{**entry, "after": {"kind": "another"}} for entry in entries()]
    assert (HOLD,) == with_images([HOLD], lambda: damaged)


def test_before_the_first_put_the_plan_says_what_it_is_about() -> None:
    plan = planned(policies(policy("A", rule("B", 25)), policy("B")), [raw("A", overflow("B", 10)), raw("B")])
    (change,) = plan.changes
    (before,), (after,) = change.before, change.after
    assert (RuleImage("id-A", "A", before, after),) == with_images_of_plan(STOP, plan).images
    hold = replace(HOLD, queues=("id-A",))
    assert (RuleImage("id-A", "A", after, before),) == with_images_of_plan(hold, plan).images
    known = replace(STOP, images=MADE[:1])
    assert known is with_images_of_plan(known, plan)
