"""``only:`` at a queue: the environments must be those of the settings."""

from syncer.model.finding import Position
from syncer.model.policy import OnlyIn, PolicyQueue, PolicySet, QueueRef
from syncer.resolving.only import unknown_environments

AT = Position("a.yaml", 4, 12)
POLICIES = PolicySet(
    (
        PolicyQueue(QueueRef("A")),
        PolicyQueue(QueueRef("B"), only=(OnlyIn("sandbox"), OnlyIn("producton", AT))),
    )
)


def test_known_environments_are_fine() -> None:
    assert [] == list(unknown_environments(POLICIES, ("sandbox", "producton")))


def test_another_name_is_an_error_with_the_near_one() -> None:
    (found,) = unknown_environments(POLICIES, ("sandbox", "production"))
    assert ("references.environment", AT, True) == (found.id, found.position, found.refuses)
    assert "'B' counts in 'producton' only, which the settings don't have" == found.message
    assert "did you mean 'production'?" == found.tip


def test_where_none_is_near_all_are_named() -> None:
    (found,) = unknown_environments(POLICIES, ("sandbox", "eu"))
    assert "name one of sandbox, eu, or remove it" == found.tip


def test_without_environments_the_tip_says_where_they_stand() -> None:
    first, _ = unknown_environments(POLICIES, ())
    assert "'B' counts in 'sandbox' only, and the settings have no environments" == first.message
    assert "name the environments under environments: in settings.yaml, or remove only:" == first.tip
