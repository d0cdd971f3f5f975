"""Lists of names and globs that no queue fits are told, whatever they are for."""

from dataclasses import replace

from syncer.model.finding import Position, Severity
from syncer.model.policy import PolicyQueue, PolicySet, QueueRef
from syncer.model.queue import LiveQueue
from syncer.model.scenario import Assumed, Scenario
from syncer.model.settings import Ignore, Ownership, Safety, Settings
from syncer.resolving.unmatched import unmatched

FRONT = PolicyQueue(QueueRef("Front"))
LIVE = (LiveQueue("1", "Front"), LiveQueue("2", "Back"))
AT = Position("settings.yaml", 3, 5)


def ignoring(*globs: str) -> Settings:
    return Settings(ignore=(Ignore(globs, position=AT),))


def test_a_glob_that_no_queue_fits_is_said() -> None:
    settings, policies = ignoring("Front", "Frnot", "B*"), PolicySet((FRONT,))
    (found,) = unmatched(policies, settings, LIVE)
    assert ("settings.ignore-unmatched", Severity.WARNING, AT) == (found.id, found.severity, found.position)
    assert (
        "no queue in the policies or the organization has a name that matches 'Frnot', "
        "so nothing is ignored by it" == found.message
    )
    assert found.tip.startswith("did you mean 'Front'? Otherwise check the spelling")
    offline = unmatched(policies, settings)
    assert [Severity.INFO] * 2 == [finding.severity for finding in offline]
    assert ["'Frnot'", "'B*'"] == [finding.message.split()[10].rstrip(",") for finding in offline]


def test_a_protected_or_taken_over_queue_that_does_not_exist_is_said() -> None:
    first, second = Position("settings.yaml", 4, 8), Position("settings.yaml", 5, 8)
    settings = Settings(
        safety=Safety(protected=("Front", "Emergancy"), places=(first, second)),
        ownership=Ownership("us", take_over=("Billing*", "Ba?k"), places=(first, second)),
    )
    found = unmatched(PolicySet((FRONT,)), settings, LIVE)
    nobody = "no queue in the policies or the organization has a name that matches"
    assert [
        (second, f"{nobody} 'Emergancy', so nothing is protected by it"),
        (first, f"{nobody} 'Billing*', so nothing is taken over by it"),
    ] == [(each.position, each.message) for each in found]
    assert {("settings.unmatched", Severity.WARNING)} == {(each.id, each.severity) for each in found}
    assert 3 == len(unmatched(PolicySet((FRONT,)), settings)), "offline live's queue isn't known"


def test_a_queue_of_a_scenario_that_does_not_exist_is_said() -> None:
    queues = (Assumed(QueueRef("Front")), Assumed(QueueRef("Frnot"), position=AT), Assumed(QueueRef(id="9")))
    settings = Settings(scenarios=(Scenario("peak", queues=queues),))
    (found,) = unmatched(PolicySet((FRONT,)), settings, LIVE)
    assert ("settings.unmatched", AT) == (found.id, found.position)
    assert found.message.endswith("a name that matches 'Frnot', so nothing is assumed by it")


def test_offline_nobody_knows_the_name_behind_an_id() -> None:
    by_id = PolicySet((FRONT, replace(FRONT, queue=QueueRef(id="2"))))
    (found,) = unmatched(by_id, ignoring("Back"))
    assert (Severity.INFO, "no name in the policies matches 'Back'") == (
        found.severity,
        found.message.split(",")[0],
    )
    assert found.message.endswith(
        "unless a queue that is named by its id has such a name in the organization"
    )
    assert () == unmatched(by_id, ignoring("Back"), LIVE[1:])
