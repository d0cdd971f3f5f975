import json
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.audit.chain import Chain
from syncer.audit.new_chain import BEHIND, BROKEN, FORKED, NewChain, chain_entry
from syncer.audit.segments import NAME
from syncer.audit.tail import START
from syncer.audit.verify import Verification, verify_chain
from tests.audit.trails import NOW, RUN, entries, line_of, rehashed, rewritten, written

NUMBER = 5
PLACES = st.integers(0, NUMBER - 1)
Lines = list[bytes]


def verified(change: Callable[[Lines], Iterable[bytes]], *, keep_head: bool = False) -> Verification:
    """What verifying says of a whole trail of five entries after its lines were changed."""
    with tempfile.TemporaryDirectory() as folder:
        chain = Chain(Path(folder))
        head = chain.append(entries(NUMBER))
        rewritten(chain, change)
        return verify_chain([chain.path], [head] if keep_head else [])


def kinds(found: Verification) -> list[tuple[int, str]]:
    return [(each.line, each.kind) for each in found.breaks]


def with_line(lines: Lines, place: int, new: bytes) -> Lines:
    return [*lines[:place], new, *lines[place + 1 :]]


def test_nothing_at_all_is_whole(tmp_path: Path) -> None:
    assert Verification(0, START) == verify_chain([tmp_path / NAME])
    (tmp_path / NAME).write_bytes(b"")
    assert Verification(0, START) == verify_chain([tmp_path / NAME], [START])


def test_a_whole_trail_with_its_head_and_with_an_earlier_one(tmp_path: Path) -> None:
    chain = written(tmp_path, 3)
    earlier = chain.head()
    head = chain.append(entries(2))
    assert Verification(5, head, attested=5) == verify_chain([chain.path], [head])
    assert Verification(5, head, attested=3) == verify_chain([chain.path], [earlier])
    assert Verification(5, head, attested=5) == verify_chain([chain.path], [earlier, head])


JSON: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.just([]) | st.just({})
)


@given(PLACES, st.sampled_from(["timestamp", "kind", "what", "n", "previous", "hash", "new"]), JSON)
def test_any_edit_is_found_where_it_was_made(place: int, field: str, new: Any) -> None:
    def edit(lines: Lines) -> Lines:
        return with_line(lines, place, line_of({**json.loads(lines[place]), field: new}))

    found = verified(edit)
    assert (place + 1, "edited") == kinds(found)[0]
    assert "its hash does not match its content" in found.breaks[0].message


@given(PLACES, st.sampled_from(["timestamp", "what", "n", "previous", "hash"]))
def test_a_field_that_is_gone_is_found(place: int, field: str) -> None:
    def edit(lines: Lines) -> Lines:
        entry = json.loads(lines[place])
        del entry[field]
        return with_line(lines, place, line_of(entry))

    assert (place + 1, "edited") == kinds(verified(edit))[0]


@given(st.sets(PLACES, min_size=1))
def test_removed_lines_are_found(places: set[int]) -> None:
    found = verified(lambda lines: [line for place, line in enumerate(lines) if place not in places])
    kept = [place for place in range(NUMBER) if place not in places]
    gaps = [line for line, place in enumerate(kept, 1) if place - (kept[line - 2] if line > 1 else -1) > 1]
    assert [(line, "removed") for line in gaps] == kinds(found)


@pytest.mark.parametrize("cut", range(1, NUMBER + 1))
def test_a_tail_that_was_cut_off_is_found_by_its_head_alone(cut: int) -> None:
    assert [] == kinds(verified(lambda lines: lines[:-cut]))
    found = verified(lambda lines: lines[:-cut], keep_head=True)
    assert [(max(NUMBER - cut, 1), "truncated")] == kinds(found)


@given(PLACES, PLACES)
def test_lines_that_changed_places_are_found(one: int, other: int) -> None:
    first, second = sorted((one, other))

    def swap(lines: Lines) -> Lines:
        swapped = list(lines)
        swapped[first], swapped[second] = lines[second], lines[first]
        return swapped

    expected = [(first + 1, "reordered")] if first != second else []
    assert expected == kinds(verified(swap))[:1]


@given(PLACES, PLACES)
def test_a_line_that_stands_twice_is_found(place: int, to: int) -> None:
    found = verified(lambda lines: [*lines[:to], lines[place], *lines[to:]])
    assert (to + 2 if to == place else to + 1) == found.breaks[0].line


@given(st.integers(1, 120))
def test_a_torn_last_line_is_named_so(length: int) -> None:
    found = verified(lambda lines: with_line(lines, NUMBER - 1, lines[-1][:length]))
    assert [(NUMBER, "torn")] == kinds(found)
    assert NUMBER - 1 == found.entries


def test_a_line_without_its_end_does_not_count() -> None:
    assert [(NUMBER, "torn")] == kinds(verified(lambda lines: with_line(lines, NUMBER - 1, lines[-1][:-1])))


@given(
    PLACES,
    st.sampled_from(
        [
            (b"garbage", ": expecting value (column 1)"),
            (b"", ": expecting value (column 1)"),
            (b"[]", ""),
            (b"17", ""),
            (b"\xff\xfe", ": this is not UTF-8 (column 1)"),
            (b'{"n": NaN}', ": NaN is not a JSON number (column 7)"),
            (b'{"n": 1e999}', ": the number 1e999 has more digits than are kept (column 7)"),
        ]
    ),
)
def test_a_line_that_holds_no_entry_is_found(place: int, line_and_why: tuple[bytes, str]) -> None:
    line, why = line_and_why
    found = verified(lambda lines: with_line(lines, place, line + b"\n"))
    assert (place + 1, "edited", f"this line holds no JSON object{why}") == (
        found.breaks[0].line,
        found.breaks[0].kind,
        found.breaks[0].message,
    )


@given(PLACES, st.sampled_from(["what", "n", "hash", "previous"]))
def test_a_key_that_stands_twice_is_found_though_the_hash_fits(place: int, key: str) -> None:
    """Of two values of one key another reader may take the other."""

    def edit(lines: Lines) -> Lines:
        return with_line(lines, place, b'{"%s": "evil", ' % key.encode() + lines[place][1:])

    found = verified(edit, keep_head=place < NUMBER - 1)
    message = f"this line holds no JSON object: the key {key!r} appears twice in one object"
    assert (place + 1, "edited") == kinds(found)[0]
    assert found.breaks[0].message.startswith(message)


@pytest.mark.parametrize("depth", [500, 900, 950, 970, 990, 5000])
def test_a_line_that_nests_deeply_is_found(depth: int) -> None:
    deep = b'{"n": 1, "deep": ' + b"[" * depth + b"]" * depth + b"}\n"
    assert (1, "edited") == kinds(verified(lambda lines: [deep, *lines[1:]]))[0]


@given(PLACES)
def test_a_trail_that_was_forged_whole_is_found_by_its_head(place: int) -> None:
    def forge(lines: Lines) -> Lines:
        forged = [json.loads(line) for line in lines]
        forged[place]["what"] = "something else"
        return rehashed(forged)

    assert [] == kinds(verified(forge))
    assert [(NUMBER, "truncated")] == kinds(verified(forge, keep_head=True))


@pytest.mark.parametrize("place", range(NUMBER))
def test_an_entry_that_was_forged_alone_breaks_the_next_link(place: int) -> None:
    def forge(lines: Lines) -> Lines:
        entry = {**json.loads(lines[place]), "what": "something else"}
        forged = rehashed([*map(json.loads, lines[:place]), entry])[place]
        return with_line(lines, place, forged)

    found = verified(forge, keep_head=True)
    last = place == NUMBER - 1
    assert [(NUMBER, "truncated") if last else (place + 2, "edited")] == kinds(found)
    assert last or "not linked to the one before" in found.breaks[0].message


def test_gaps_are_counted() -> None:
    (one,) = verified(lambda lines: [lines[0], *lines[2:]]).breaks
    assert "entry 2 missing before entry 3" == one.message
    (more,) = verified(lambda lines: [lines[0], *lines[3:]]).breaks
    assert "entries 2 to 3 missing before entry 4" == more.message


def test_a_value_of_a_type_that_no_run_writes() -> None:
    forged = rehashed([{**entries(1)[0], "n": 1, "queueId": ["a"]}])
    (found,) = verified(lambda lines: forged).breaks
    assert (1, "edited", "entry 1 has a value of the wrong type: 'queueId'") == (
        found.line,
        found.kind,
        found.message,
    )


def test_a_forged_number_is_no_number() -> None:
    (found,) = verified(lambda lines: rehashed([{**entries(1)[0], "n": "one"}])).breaks
    assert (1, "edited", "entry one was edited: its hash does not match its content") == (
        found.line,
        found.kind,
        found.message,
    )


@given(st.binary(max_size=200))
def test_any_bytes_can_be_verified(data: bytes) -> None:
    verified(lambda lines: [data])
    verified(lambda lines: [*lines, data])


OLDER = "sha256:" + "5" * 64


def begun(chain: Chain, reason: str = BEHIND, entry: int = 20, head: str = OLDER, number: int = 21) -> None:
    """Begin a new chain in a trail, and add two entries."""
    chain.begin(chain_entry(RUN, NOW, NewChain(reason, entry, head)), number, head)
    for each in entries(2):
        chain.append([each])


def test_a_new_chain_may_follow_what_is_elsewhere(tmp_path: Path) -> None:
    chain = written(tmp_path)
    begun(chain)
    found = verify_chain([chain.path], [OLDER], numbers=[5, 20, 22])
    assert ((), 8, 23) == (found.breaks, found.entries, found.last)
    assert ([21], ((1, 5), (21, 23))) == ([each["n"] for each in found.chains.begun], found.chains.spans)
    assert {20, 22} == found.chains.at.keys(), "of the newest chain alone"
    assert OLDER == found.chains.at[20]
    assert (20, 3) == (found.attested, found.unattested), "what it follows vouches for nothing behind it"


def test_a_trail_may_begin_with_a_new_chain(tmp_path: Path) -> None:
    chain = Chain(tmp_path)
    begun(chain)
    found = verify_chain([chain.path], [chain.head()])
    assert ((), 21, OLDER, ()) == (found.breaks, found.first, found.before, found.chains.begun)
    assert (23, 0) == (found.attested, found.unattested)


def test_a_new_chain_joins_what_it_follows(tmp_path: Path) -> None:
    older, newer = written(tmp_path / "a"), Chain(tmp_path / "b")
    begun(newer, entry=5, head=older.head(), number=6)
    found = verify_chain([older.path, newer.path])
    assert ((), ((1, 8),), 1) == (found.breaks, found.chains.spans, len(found.chains.begun))


@pytest.mark.parametrize(("reason", "unsettled"), [(BROKEN, 0), (FORKED, 0), (BEHIND, 1)])
def test_breaks_stay_in_front_of_a_new_chain_and_may_be_settled(
    tmp_path: Path, reason: str, unsettled: int
) -> None:
    chain = written(tmp_path)
    rewritten(chain, lambda lines: [lines[0].replace(b"entry 1", b"entry X"), *lines[1:]])
    begun(chain, reason, 5, chain.head(), 6)
    found = verify_chain([chain.path])
    assert (1, unsettled) == (len(found.breaks), len(found.unsettled))
    rewritten(chain, lambda lines: [*lines[:-1], lines[-1].replace(b"entry 2", b"entry X")])
    assert 1 + unsettled == len(verify_chain([chain.path]).unsettled), "what breaks later is not settled"


def test_an_entry_that_was_made_up_begins_no_chain(tmp_path: Path) -> None:
    chain = written(tmp_path)
    begun(chain)
    rewritten(
        chain,
        lambda lines: [*lines[:5], lines[5].replace(OLDER.encode(), b"sha256:" + b"6" * 64), *lines[6:]],
    )
    assert ["edited"] == [each.kind for each in verify_chain([chain.path]).breaks]
    rewritten(chain, lambda lines: [*lines[:5], *lines[6:]])
    assert ["removed"] == [each.kind for each in verify_chain([chain.path]).breaks]


def test_a_new_chain_never_goes_back(tmp_path: Path) -> None:
    chain = written(tmp_path)
    begun(chain, entry=2, number=3)
    assert ["reordered"] == [each.kind for each in verify_chain([chain.path]).breaks]
