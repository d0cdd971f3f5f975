"""Erlang B and C against published tables, and against exact fractions."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.checks.erlang import erlang_b, erlang_c, service

TRAFFIC_TABLE = {
    0.01: {1: 0.0101, 2: 0.153, 5: 1.36, 10: 4.46, 20: 12.0, 50: 37.9, 100: 84.1},
    0.05: {1: 0.0526, 2: 0.381, 5: 2.22, 10: 6.22, 20: 15.2, 50: 44.5, 100: 95.2},
}
"""Erlangs that N trunks carry at a blocking of 1 % and 5 %: the Erlang B table that handbooks of teletraffic
print."""


def exact_b(erlangs: Fraction, agents: int) -> Fraction:
    """The definition: A^N / N! over the sum of A^n / n!."""
    terms = [erlangs**number / math.factorial(number) for number in range(agents + 1)]
    return terms[-1] / sum(terms)


def exact_c(erlangs: Fraction, agents: int) -> Fraction:
    """The definition: A^N / N! · N / (N − A) over itself and the sum of A^n / n! below N."""
    terms = [erlangs**number / math.factorial(number) for number in range(agents + 1)]
    waiting = terms[-1] * agents / (agents - erlangs)
    return waiting / (sum(terms[:-1]) + waiting)


@pytest.mark.parametrize("blocking", TRAFFIC_TABLE)
def test_blocking_is_that_of_the_traffic_tables(blocking: float) -> None:
    """Tables give three digits of the load, so the blocking at both ends of the last one embraces theirs."""
    for agents, erlangs in TRAFFIC_TABLE[blocking].items():
        half = 10 ** (math.floor(math.log10(erlangs)) - 2) / 2
        assert erlang_b(erlangs - half, agents) < blocking < erlang_b(erlangs + half, agents)


def test_the_chance_to_wait_is_that_of_closed_forms() -> None:
    """One agent: A (M/M/1). Two: A² / (2 + A), in textbooks (Kleinrock, section 3.5)."""
    for erlangs in (0.1, 0.5, 0.9):
        assert pytest.approx(erlangs, rel=1e-14) == erlang_c(erlangs, 1)
        assert pytest.approx(erlangs**2 / (2 + erlangs), rel=1e-14) == erlang_c(erlangs, 2)


def test_a_documented_call_center_comes_out() -> None:
    """100 calls in 30 minutes of 3 minutes each, 14 agents: 17.41 % wait and 88.84 % are answered in 20 s, as
    the documentation of pyworkforce has it."""
    found = service(100, 1800, 14, 180, 20)
    assert (10.0, 0.1741, 0.8884, 0.7143) == (
        found.erlangs,
        round(found.waiting or 0, 4),
        round(found.within or 0, 4),
        round(found.occupancy, 4),
    )
    assert pytest.approx(0.174132 * 180 / 4, rel=1e-4) == found.answer_seconds


@given(st.integers(1, 60), st.integers(1, 999))
def test_both_formulas_are_their_definition(agents: int, permille: int) -> None:
    erlangs = Fraction(agents * permille, 1000)
    assert pytest.approx(float(exact_b(erlangs, agents)), rel=1e-12) == erlang_b(float(erlangs), agents)
    assert pytest.approx(float(exact_c(erlangs, agents)), rel=1e-9) == erlang_c(float(erlangs), agents)


@pytest.mark.parametrize(("erlangs", "agents"), [(380, 400), (495, 500), (1990, 2000)])
def test_hundreds_of_agents_lose_no_digits(erlangs: int, agents: int) -> None:
    assert pytest.approx(float(exact_c(Fraction(erlangs), agents)), rel=1e-10) == erlang_c(erlangs, agents)


def test_a_load_that_is_next_to_nothing_waits_for_nobody() -> None:
    assert (0.0, 0.0, 0.0) == (erlang_b(1e-300, 500), erlang_c(1e-300, 500), erlang_c(0.0, 3))
    assert (1.0, 0.0) == (erlang_b(0.0, 0), erlang_b(0.0, 1))
    idle = service(0, 3600, 3, 180, 20)
    assert (0.0, 0.0, 1.0, 0.0, True) == (
        idle.occupancy,
        idle.waiting,
        idle.within,
        idle.answer_seconds,
        idle.stable,
    )


@pytest.mark.parametrize("contacts", [200, 201, 100_000])
def test_from_full_occupancy_on_nothing_is_stable(contacts: int) -> None:
    full = service(contacts, 3600, 10, 180, 20)
    assert (False, None, None, None) == (full.stable, full.waiting, full.within, full.answer_seconds)
    assert contacts / 200 == full.occupancy


@pytest.mark.parametrize("erlangs", [-1.0, 3.0, math.inf])
def test_agents_that_can_never_answer_have_no_chance_to_wait(erlangs: float) -> None:
    with pytest.raises(ValueError, match="3 agents can't handle"):
        erlang_c(erlangs, 3)


@given(st.integers(1, 200), st.floats(0.01, 0.98), st.floats(0, 300))
def test_more_load_waits_longer_and_more_time_answers_more(agents: int, part: float, within: float) -> None:
    contacts = part * agents * 20
    less, more = (service(each, 3600, agents, 180, within) for each in (contacts, contacts * 1.01))
    later = service(contacts, 3600, agents, 180, within + 10)
    assert less.waiting is not None
    assert more.waiting is not None
    assert less.within is not None
    assert later.within is not None
    assert less.waiting <= more.waiting
    assert less.within <= later.within


def test_its_figures_are_data() -> None:
    assert {
        "agents": 1,
        "erlangs": 2.0,
        "occupancy": 2.0,
        "waiting": None,
        "within": None,
        "answer_seconds": None,
    } == service(40, 3600, 1, 180, 20).as_json()
