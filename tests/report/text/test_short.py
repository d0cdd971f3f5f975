"""The results of a few lines, as text."""

from dataclasses import replace

import pytest

from syncer.doctor import Line, State
from syncer.model.change import Reason, Untouched
from syncer.model.finding import Finding, Limit, Severity
from syncer.model.network import Headroom
from syncer.report.text.paint import Paint
from syncer.report.text.short import examined_lines, headroom_in_words, headroom_lines, selected_in_words
from syncer.report.views import Environments, Examined, Exported, Skipped, Validated, WrittenFile
from tests.report.report_samples import environments, plan
from tests.report.text.as_text import text

PAINT = Paint(False)


def test_validated() -> None:
    view = Validated(1, 2, 3, Headroom())
    warning, error = (Finding("a.b", severity, "m") for severity in (Severity.WARNING, Severity.ERROR))
    assert ["2 queues and 3 rules in 1 file: valid (0 errors, 0 warnings)"] == text(view)
    assert "2 queues and 3 rules in 1 file: valid (0 errors, 1 warning)" == text(view, warning)[-1]
    assert "2 queues and 3 rules in 1 file: invalid (1 error, 0 warnings)" == text(view, error)[-1]


def test_the_headroom_of_policies() -> None:
    said = "headroom: 1.25 times today's load; beyond it B keeps more than its capacity"
    assert said == text(Validated(1, 2, 3, Headroom(1.25, "B", limit=Limit.KEPT)))[-1]


NO_LIMIT, TIGHT = Headroom(), Headroom(1.08, "Tier 2", "t", Limit.INFLOW)


@pytest.mark.parametrize(
    ("before", "now", "words"),
    [
        (None, NO_LIMIT, ""),
        (NO_LIMIT, NO_LIMIT, ""),
        (TIGHT, NO_LIMIT, "1.08 → no limit is known"),
        (
            NO_LIMIT,
            TIGHT,
            "no limit → 1.08 times today's load; beyond it 'Tier 2' takes in more than its capacity",
        ),
        (
            Headroom(1.48, "A", "a", Limit.KEPT),
            TIGHT,
            "1.48 → 1.08 times today's load; beyond it 'Tier 2' takes in more than its capacity",
        ),
        (
            Headroom(1.081, "A", "a", Limit.KEPT),
            TIGHT,
            "1.08 times today's load; beyond it 'Tier 2' takes in more than its capacity",
        ),
        (
            TIGHT,
            Headroom(0.5, "B", "b", Limit.KEPT),
            "1.08 → 0.50 times today's load: 'B' keeps more than its capacity already",
        ),
        (
            None,
            Headroom(1.2, "B", "b", Limit.KEPT, at_most=2.5),
            "1.20 to 2.50 times today's load; beyond it 'B' keeps more than its capacity",
        ),
        (
            Headroom(0.5, "B", "b", Limit.KEPT, at_most=1.08),
            Headroom(0.5, "B", "b", Limit.KEPT, at_most=1.08),
            "0.50 to 1.08 times today's load: 'B' may keep more than its capacity already",
        ),
    ],
)
def test_headroom_says_what_it_was_and_which_queue_is_first(
    before: Headroom | None, now: Headroom, words: str
) -> None:
    assert words == headroom_in_words(now, repr, before)
    assert [f"headroom: {words}".replace("'Tier 2'", "Tier 2").replace("'B'", "B")] * bool(
        words
    ) == headroom_lines(now, PAINT, before)


def selected(others: int, *names: str) -> str:
    left = (Untouched("o", "Other", Reason.NOT_SELECTED), Untouched("u", "Not ours", Reason.UNMANAGED))
    equal = [Untouched(name, name, Reason.EQUAL) for name in names]
    return selected_in_words(replace(plan("Q"), untouched=(*left * others, *equal), selected=("*",)))


def test_a_narrowed_plan_says_of_which_queues_it_is() -> None:
    assert "only Q and 3 others of 7 queues; the rest as live has it" == selected(3, "B", "A")
    assert "only Q and 1 other of 3 queues; the rest as live has it" == selected(1)
    assert "" == selected(0, "A") == selected_in_words(plan("Q"))
    nothing = replace(plan("Q"), changes=(), selected=("Q",))
    others = tuple(Untouched("o", "Other", Reason.NOT_SELECTED) for _ in range(2))
    assert "none of 2 queues; the rest as live has it" == selected_in_words(
        replace(nothing, untouched=others)
    )


def test_exported() -> None:
    view = Exported((WrittenFile("a.yaml", 3), WrittenFile("b.yaml", 1)), (Skipped("q", "Q", "no name"),))
    assert [
        "  a.yaml  3 queues",
        "  b.yaml  1 queue",
        "  not managed: Q: no name",
        "exported: 4 queues into 2 files",
        "fill in the capacities, then syncer plan: it has no changes for these queues",
        "until they are known: 'checks: {capacity.missing: warning}' in settings.yaml",
    ] == text(view)


def test_an_update_names_what_it_changed() -> None:
    view = Exported((WrittenFile("a.yaml", 3, updated=("Billing", "Sales"), added=("Night",)),))
    assert [
        "  a.yaml  3 queues",
        "    updated: Billing",
        "    updated: Sales",
        "    added: Night",
    ] == text(view)[:4]


def test_environments() -> None:
    assert ["the settings have no environments"] == text(Environments(()))
    pinned, plain = environments("prod")
    assert [
        "prod",
        "  where         prod",
        "  organisation  prod",
        "  credentials   prod, prod",
        "  overrides     1 queue",
        "prod",
        "  where         prod",
        "  organisation  not pinned",
        "  credentials   the usual variables",
        "  overrides     0 queues",
    ] == text(Environments((pinned, plain)))


def test_what_is_well_with_the_set_up_can_be_left_out() -> None:
    view = Examined((Line("Python", State.OK, "3.12"), Line("clock", State.WARNING, "off", "Set it.")))
    well, *rest = examined_lines(view, PAINT, quiet=False)
    assert "Python  3.12" == well.removeprefix("ok").strip()
    assert rest == examined_lines(view, PAINT, quiet=True)
    assert "→ Set it." == rest[1].strip()
    assert rest[-1].startswith("doctor: 1 ok, 1 warning")
