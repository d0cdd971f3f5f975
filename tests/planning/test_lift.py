"""What of a stop comes back."""

from syncer.audit.exceptions import Exemption
from syncer.kinds.overflow import OverflowRule
from syncer.model.settings import ApiLocation
from syncer.planning.audit_images import Image
from syncer.planning.lift import free_images, way_back_of_stop
from tests.organizations import NOW, inputs_over, overflow, policies, raw

HERE = ApiLocation("https://api")


def off(source: str, target: str) -> Image:
    """What a stop took away: a rule that is disabled now."""
    rule = OverflowRule(f"id-{target}", 25, 60, True)
    return Image(f"id-{source}", source, target, rule, rule.with_values(enabled=False))


def test_what_another_stop_forbids_is_named_and_stays() -> None:
    other = Exemption("stop", "r2", HERE, target="id-B", target_name="B", sources=("id-A",))
    undone = Exemption("rollback", "r3", HERE, queues=("id-C",))
    free, words = free_images([off("A", "B"), off("C", "B"), off("D", "B")], [other, undone])
    assert ["id-D"] == [image.queue for image in free]
    assert ("A: B is stopped by run r2 too", "C: rollback r3 has undone it since") == words


def test_as_many_come_back_as_close_no_loop_together() -> None:
    live = [
        raw("A", overflow("B", enabled=False)),
        raw("B", overflow("A")),
        raw("C", overflow("B", enabled=False)),
    ]
    back = way_back_of_stop([off("A", "B"), off("C", "B")], inputs_over(policies(), live), NOW)
    assert ["id-C"] == [change.queue for change in back.plan.changes]
    assert ["id-C"] == [image.queue for image in back.images]
    (left,) = back.left
    assert left.startswith("A: it would close a loop: A → B → A")
    assert not any(finding.refuses for finding in back.plan.findings)


def test_a_loop_that_is_there_already_is_in_the_way_of_nothing() -> None:
    live = [raw("A", overflow("B", enabled=False)), raw("B", overflow("C")), raw("C", overflow("B"))]
    back = way_back_of_stop([off("A", "B")], inputs_over(policies(), live), NOW)
    assert (["id-A"], ()) == ([change.queue for change in back.plan.changes], back.left)


def test_what_somebody_changed_since_is_left() -> None:
    live = [raw("A", overflow("B", 77)), raw("B"), raw("C", overflow("B", enabled=False))]
    back = way_back_of_stop([off("A", "B"), off("C", "B")], inputs_over(policies(), live), NOW)
    assert ["id-C"] == [image.queue for image in back.images]
    (left,) = back.left
    assert left.startswith("A: the run left 25 % to B")
