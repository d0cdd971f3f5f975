import hashlib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from syncer.audit.sample import METHOD, Draw, Sample

HASHES = st.lists(st.text(max_size=5), max_size=60)


def drawn(hashes: list[str], size: int, seed: int) -> Draw:
    draw = Draw(size, seed)
    for place, each in enumerate(hashes):
        draw.show(place, {"hash": each})
    return draw


def by_hand(hashes: list[str], size: int, seed: int) -> set[int]:
    """As the documents say, in the shortest way."""

    def key(place: int) -> Any:
        return hashlib.sha256(f"{seed}:{hashes[place]}".encode()).hexdigest(), place

    return set(sorted(range(len(hashes)), key=key)[:size])


@given(HASHES, st.integers(1, 70), st.integers(0, 2**40))
def test_the_sample_is_what_anybody_draws_by_hand(hashes: list[str], size: int, seed: int) -> None:
    assert by_hand(hashes, size, seed) == drawn(hashes, size, seed).places


@given(HASHES, st.integers(0, 9))
def test_who_asks_for_all_gets_all(hashes: list[str], seed: int) -> None:
    assert set(range(len(hashes))) == drawn(hashes, max(1, len(hashes)), seed).places


@given(HASHES, st.integers(1, 70), st.integers(0, 9))
def test_a_larger_sample_holds_the_smaller_one(hashes: list[str], size: int, seed: int) -> None:
    assert drawn(hashes, size, seed).places <= drawn(hashes, size + 1, seed).places


def test_another_seed_draws_others() -> None:
    hashes = [str(number) for number in range(100)]
    assert drawn(hashes, 10, 1).places == drawn(hashes, 10, 1).places
    assert drawn(hashes, 10, 1).places != drawn(hashes, 10, 2).places


def test_a_sample_says_how_it_came_to_be() -> None:
    sample = drawn(["a", "b", "c"], 2, 7).sample
    assert Sample(size=2, seed=7, population=3, drawn=2) == sample
    assert "2 of 3 changes, drawn with seed 7" == str(sample)
    expected = {"of": "changes", "size": 2, "drawn": 2, "population": 3, "seed": 7, "method": METHOD}
    assert expected == sample.as_json()


def test_half_a_character_in_an_edited_hash_is_ranked_too() -> None:
    assert {0, 1} == drawn(["\ud800", "b"], 5, 1).places
