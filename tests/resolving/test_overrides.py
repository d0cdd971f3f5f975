"""Overrides of an environment: what they change, and what they can't be laid over."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from syncer.model.finding import Position
from syncer.model.policy import OnlyIn, PolicyQueue, PolicySet, QueueRef
from syncer.model.settings import Environment, Override, Share
from syncer.resolving.overrides import override
from tests.stated import overflow_to, stated

AT, THERE = Position("settings.yaml", 3, 5), Position("settings.yaml", 9, 5)
A, B, C = (QueueRef(name) for name in ("Support One", "Support Two", "Sales"))
RULE = overflow_to(B, 25, 60, False)
POLICIES = PolicySet(
    (PolicyQueue(A, True, 60.0, 150.0, {"overflow": (RULE,)}), PolicyQueue(B, capacity=10.0))
)


def own(*overrides: Override) -> Environment:
    return Environment("prod", overrides=overrides)


def test_only_what_is_said_changes() -> None:
    told = override(POLICIES, own(Override(A, AT, capacity=90.0, shares=(Share(B, 30, AT),))))
    first, second = told.policies.queues
    assert (
        replace(POLICIES.queues[0], capacity=90.0, stated={"overflow": (overflow_to(B, 30, 60, False),)})
        == first
    )
    assert POLICIES.queues[1] == second
    assert told.findings == ()
    load = override(POLICIES, own(Override(A, AT, base_load=0.0))).policies.queues[0]
    assert replace(POLICIES.queues[0], base_load=0.0) == load


def test_what_is_in_no_policy() -> None:
    told = override(POLICIES, own(Override(QueueRef("Suport One"), AT, capacity=1.0)))
    assert POLICIES == told.policies
    (found,) = told.findings
    assert ("settings.override", AT) == (found.id, found.position)
    assert "no policy describes 'Suport One'" == found.message
    assert "did you mean 'Support One'?" == found.tip
    (rule,) = override(POLICIES, own(Override(A, AT, shares=(Share(C, 3, THERE),)))).findings
    assert ("'Support One' has no rule to 'Sales'", THERE) == (rule.message, rule.position)
    (by_id,) = override(POLICIES, own(Override(QueueRef(id="x-1"), AT))).findings
    assert "name it as the policies name it, or remove it here" == by_id.tip


def test_a_part_of_the_policies_is_no_reason_to_miss_one() -> None:
    assert override(POLICIES, own(Override(C, AT)), whole=False).findings == ()


def test_what_stands_twice() -> None:
    twice = own(Override(A, AT, 1.0), Override(A, THERE, 2.0))
    told = override(POLICIES, twice)
    (found,) = told.findings
    assert ("'Support One' appears twice in this environment", THERE) == (found.message, found.position)
    assert 1.0 == told.policies.queues[0].capacity
    shares = own(Override(A, AT, shares=(Share(B, 1, AT), Share(B, 2, THERE))))
    (share,) = override(POLICIES, shares).findings
    assert "the threshold to 'Support Two' appears twice in this environment" == share.message
    assert 1 == override(POLICIES, shares).policies.queues[0].rules[0].rule.values()["threshold"]


NAMES = st.sampled_from([A, B, C])
RULES = st.builds(overflow_to, NAMES, st.integers(0, 100))
QUEUES = st.lists(
    st.builds(
        PolicyQueue,
        NAMES,
        st.booleans(),
        st.none() | st.floats(0, 9),
        st.floats(0, 9),
        st.lists(st.builds(overflow_to, NAMES, st.integers(0, 100)), max_size=3).map(
            lambda rules: stated(*rules)
        ),
    ),
    max_size=3,
    unique_by=lambda queue: queue.queue,
)


@given(QUEUES, st.lists(st.builds(Override, NAMES, st.just(AT), st.floats(0, 9)), max_size=4))
def test_overriding_twice_is_overriding_once(queues: list[PolicyQueue], overrides: list[Override]) -> None:
    policies, environment = PolicySet(tuple(queues)), own(*overrides)
    once = override(policies, environment)
    assert once == override(once.policies, environment)
    assert [queue.rules for queue in queues] == [queue.rules for queue in once.policies.queues]
    assert policies == override(policies, own()).policies


def test_a_queue_counts_in_its_environments_alone() -> None:
    here = replace(POLICIES.queues[0], only=(OnlyIn("prod"),))
    there = replace(POLICIES.queues[0], only=(OnlyIn("test"), OnlyIn("sandbox")))
    policies = PolicySet((there, here, POLICIES.queues[1]))
    assert (here, POLICIES.queues[1]) == override(policies, own()).policies.queues
    assert policies.queues == override(policies, Environment()).policies.queues


def test_an_override_of_a_queue_that_counts_elsewhere_says_where() -> None:
    there = replace(POLICIES.queues[0], only=(OnlyIn("test"), OnlyIn("sandbox")))
    (found,) = override(PolicySet((there, POLICIES.queues[1])), own(Override(A, AT, 1.0))).findings
    assert "no policy describes 'Support One'" == found.message
    assert (
        "its policy counts in 'test', 'sandbox' only: add this environment there, or remove it here"
        == found.tip
    )
