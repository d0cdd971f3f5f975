"""Permission that is denied in one division: after three alike, what is left of it isn't tried."""

from syncer.applying.denials import Denials
from syncer.live.wire import read_queue
from syncer.model.plan import Outcome, Status
from tests.applying.scripted import change, raw

HOME, AWAY = {"division": {"id": "home"}}, {"division": {"id": "away"}}
NO = "PUT /queues/…: 403 no"
NAMES = ("a", "b", "c", "d", "e")


def denials(**fields: object) -> Denials:
    """Five queues; all are of one division unless ``fields`` say otherwise."""
    live = {
        name: read_queue(raw(queue=name, **({"division": fields[name]} if name in fields else HOME)))
        for name in NAMES
    }
    return Denials([change(name) for name in NAMES], live)


def denied(queue: str, words: str = NO) -> Outcome:
    return Outcome(change(queue), Status.FAILED, words, attempts=1, denied=words)


def test_the_third_denial_alike_gives_its_division_up() -> None:
    found = denials(e=AWAY["division"])
    assert ({}, {}) == (found.settled(denied("a")), found.settled(denied("b")))
    hopeless = found.settled(denied("c"))
    assert {"a", "b", "c", "d"} == set(hopeless)
    assert f"not tried: A, B, C of the same division were denied: {NO}" == hopeless["d"]
    assert {} == found.settled(denied("d"))


def test_divisions_are_counted_apart() -> None:
    found = denials(b=AWAY["division"], d=AWAY["division"])
    assert [{}, {}, {}, {}] == [found.settled(denied(queue)) for queue in "abcd"]


def test_other_words_are_another_denial() -> None:
    found = denials()
    words = [NO, "PUT /queues/…: 403 another", NO]
    assert [{}, {}, {}] == [found.settled(denied(*each)) for each in zip("abc", words, strict=True)]


def test_a_write_in_between_shows_that_the_division_is_open() -> None:
    found = denials()
    written = Outcome(change("c"), Status.APPLIED, attempts=1)
    assert [{}, {}, {}, {}] == [
        found.settled(each) for each in (denied("a"), denied("b"), written, denied("d"))
    ]


def test_without_divisions_all_queues_are_of_one() -> None:
    found = denials(**dict.fromkeys(NAMES))
    assert set(NAMES) == set([found.settled(denied(queue)) for queue in "abc"][-1])


def test_other_failures_say_nothing_of_permission() -> None:
    found = denials()
    failed = [Outcome(change(queue), Status.FAILED, NO, attempts=1) for queue in "abc"]
    assert [{}, {}, {}] == [found.settled(each) for each in failed]
