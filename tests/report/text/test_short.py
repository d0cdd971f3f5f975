"""The results of a few lines, as text."""

from dataclasses import replace

from syncer.doctor import Line, State
from syncer.model.change import Reason, Untouched
from syncer.report.lookups import Examined, Exported, Skipped, WrittenFile
from syncer.report.text.paint import Paint
from syncer.report.text.short import examined_lines, selected_in_words
from syncer.report.views import Environments
from tests.report.report_samples import environments, plan
from tests.report.text.as_text import text

PAINT = Paint(False)


def selected(others: int, *names: str) -> str:
    left = (Untouched("o", "Other", Reason.NOT_SELECTED), Untouched("u", "Not ours", Reason.UNMANAGED))
    equal = [Untouched(name, name, Reason.EQUAL) for name in names]
    return selected_in_words(replace(plan("Q"), untouched=(*left * others, *equal), selected=("*",)))


def test_a_narrowed_plan_says_of_which_queues_it_is() -> None:
    assert "only Q and 3 others of 7 queues; the rest stays as it is" == selected(3, "B", "A")
    assert "only Q and 1 other of 3 queues; the rest stays as it is" == selected(1)
    assert "" == selected(0, "A") == selected_in_words(plan("Q"))
    nothing = replace(plan("Q"), changes=(), selected=("Q",))
    others = tuple(Untouched("o", "Other", Reason.NOT_SELECTED) for _ in range(2))
    assert "none of 2 queues; the rest stays as it is" == selected_in_words(
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
    view = Exported((WrittenFile("a.yaml", 3, updated=("Billing", "Sales"), added=("Night",)),), (), 0, True)
    assert [
        "  a.yaml  3 queues",
        "    updated: Billing",
        "    updated: Sales",
        "    added: Night",
        "updated: the rules of 2 queues, 1 queue added in 1 file",
        "next: syncer plan: it has no changes for these queues",
    ] == text(view)


def test_an_update_that_changed_no_rule_says_so() -> None:
    nothing = Exported((), lacking=2, update=True)
    assert [
        "updated: nothing: the files have the live rules",
        "fill in the capacities of 2 queues, then syncer plan: it has no changes for these queues",
    ] == text(nothing)[:2]
    assert "updated: comments in 1 file" in text(
        Exported((WrittenFile("a.yaml", 3),), lacking=0, update=True)
    )


def test_environments() -> None:
    assert ["the settings have no environments"] == text(Environments(()))
    pinned, plain = environments("prod")
    assert [
        "prod",
        "  where         prod",
        "  organization  prod",
        "  credentials   prod, prod",
        "  overrides     1 queue",
        "  production    yes: an apply by hand asks for the name",
        "prod",
        "  where         prod",
        "  organization  not pinned",
        "  credentials   the usual variables",
        "  overrides     0 queues",
        "  production    no",
    ] == text(Environments((replace(pinned, production=True), plain)))


def test_what_is_well_with_the_set_up_can_be_left_out() -> None:
    view = Examined((Line("Python", State.OK, "3.12"), Line("clock", State.WARNING, "off", "Set it.")))
    well, *rest = examined_lines(view, PAINT, quiet=False)
    assert "Python  3.12" == well.removeprefix("ok").strip()
    assert rest == examined_lines(view, PAINT, quiet=True)
    assert "→ Set it." == rest[1].strip()
    assert rest[-1].startswith("doctor: 1 ok, 1 warning")
