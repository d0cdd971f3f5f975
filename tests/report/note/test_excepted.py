"""The description of the merge request that makes exceptions permanent."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from syncer.audit.exceptions import Exemption, RuleImage
from syncer.drift.held_back import HeldBack, held_back
from syncer.drift.write_back import NotWritten
from syncer.gitlab.place import Job
from syncer.kinds.overflow import OverflowRule
from syncer.model.settings import ApiLocation
from syncer.report.note.excepted import (
    MOST_EXCEPTIONS,
    ExceptionStory,
    exception_texts,
    lift_command,
    over_texts,
)
from tests.organizations import overflow, planned, policies, policy, raw, rule
from tests.report.harmless import assert_tame
from tests.report.report_samples import HOSTILE

DIGEST = "sha256:" + "a" * 64
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
JOB = Job("1" * 40, "https://gitlab.example.com/-/jobs/1")
STOP = Exemption(
    "stop",
    "run-1",
    ApiLocation("https://api"),
    target="id-B",
    target_name="Tier 2",
    until="2026-03-01T10:00:00Z",
    reason="INC-1",
    user="anna",
    at="2026-03-01T08:30:00Z",
)
STOPPED = "the stop of overflow into `Tier 2` since 2026-03-01 08:30 UTC by `anna`"
PLAN = planned(
    policies(policy("A", rule("B", 25)), policy("B")), [raw("A", overflow("B", 25, enabled=False)), raw("B")]
)


def held(*made: Exemption) -> HeldBack:
    return held_back(PLAN, made, {})


def text(told: ExceptionStory) -> str:
    return exception_texts(told, DIGEST).description


def test_it_says_who_holds_what_until_when_and_both_ways_on() -> None:
    texts = exception_texts(
        ExceptionStory(
            held(STOP), NOW, (NotWritten("q", "Q", "why"),), "prod", "", ("test",), ("--env", "prod"), JOB
        ),
        DIGEST,
    )
    assert ("<!-- syncer:exceptions:prod ", "Make permanent: 1 exception from the policies") == (
        texts.marker,
        texts.title,
    )
    assert texts.description.startswith(f"<!-- syncer:exceptions:prod {DIGEST} -->\n1 exception from")
    for line in (
        f"- {STOPPED}, expired at 2026-03-01 10:00 UTC, still in force: `INC-1` (run `run-1`)",
        "  - it holds `A`",
        "  - lift it: `syncer stop 'Tier 2' --lift --env prod`",
        "| `A` | `→ B` | 25 % after 60 s, disabled | 25 % after 60 s |",
        "- **Other environments have the same policies**, and change with them: `test`.",
        "- `Q`: `why`",
        f"Found by this [job](<{JOB.url}>).",
    ):
        assert line in texts.description.splitlines()


def test_a_set_of_policies_is_part_of_what_it_is_found_by() -> None:
    texts = exception_texts(ExceptionStory(held(STOP), NOW, policy_set="a--b/c"), DIGEST)
    assert "<!-- syncer:exceptions:default:a-%2Db%2Fc " == texts.marker
    over = over_texts("", "a--b/c", JOB, "it is over")
    assert texts.marker == over.marker
    assert over.description.startswith(f"{texts.marker}gone -->\nClosed by syncer: it is over ([job](<")
    assert "it is over." in over_texts("", "", Job(), "it is over").description


def test_queues_that_these_policies_do_not_manage_are_named() -> None:
    before = OverflowRule("id-B", 5, 60, True)
    made = replace(STOP, images=tuple(RuleImage(f"id-{name}", name, before, None) for name in ("A", "X")))
    words = "these policies don't manage `X`: the stop goes on after the merge, until it is lifted"
    assert words in text(ExceptionStory(held(made), NOW))
    assert "don't manage" not in text(ExceptionStory(held(STOP), NOW))


@pytest.mark.parametrize(
    ("made", "command"),
    [
        (STOP, "syncer stop 'Tier 2' --lift --record gitlab"),
        (replace(STOP, target_name="@all\n/close `x`"), "syncer stop run-1 --lift --record gitlab"),
        (replace(STOP, target_name="--x"), "syncer stop run-1 --lift --record gitlab"),
        (replace(STOP, target="", target_name=""), "syncer stop run-1 --lift --record gitlab"),
        (replace(STOP, kind="rollback"), "syncer rollback --lift run-1 --record gitlab"),
    ],
)
def test_the_command_that_lifts_it_can_be_given_as_it_stands(made: Exemption, command: str) -> None:
    assert command == lift_command(made, ("--record", "gitlab"))


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_names_from_elsewhere_can_do_nothing(name: str) -> None:
    made = replace(STOP, target_name=name, reason=name, user=name, ticket=name)
    told = ExceptionStory(held(made), NOW, (NotWritten("q", name, name),), name, name, (name,))
    assert_tame(text(told))
    assert_tame(over_texts(name, name, JOB, "it is over").description)


def test_many_are_cut() -> None:
    every = [replace(STOP, id=f"run-{number}") for number in range(MOST_EXCEPTIONS + 3)]
    found = text(ExceptionStory(held(*every), NOW))
    assert (MOST_EXCEPTIONS, True) == (found.count("  - lift it: "), "- … and 3 more." in found)
