"""Which entries must be whole where a kept head vouches for a run."""

from pathlib import Path

import pytest

from syncer.audit.chain import Chain
from syncer.audit.vouched import entries_from, refuse_unvouched
from syncer.errors import AuditError
from tests.audit.trails import Entry, rewritten, whole_run


def run(name: str) -> list[Entry]:
    """The entries of a run: three changes, and its end."""
    return [{**entry, "run": name} for entry in whole_run()]


@pytest.fixture
def chain(tmp_path: Path) -> Chain:
    """Three runs of four entries each."""
    found = Chain(tmp_path)
    for name in ("one", "two", "three"):
        found.append(run(name))
    return found


def heads(chain: Chain) -> list[str]:
    return [str(entry["hash"]) for entry in chain.entries()]


def damaged(chain: Chain, place: int) -> None:
    """Edit one line."""
    rewritten(
        chain,
        lambda lines: [
            line.replace(b'"Queue A"', b'"Queue X"').replace(b'"done"', b'"good"') if at == place else line
            for at, line in enumerate(lines)
        ],
    )


@pytest.mark.parametrize("place", [0, 1, 2])
def test_older_entries_may_be_broken(chain: Chain, place: int) -> None:
    kept = heads(chain)[7]
    damaged(chain, place)
    refuse_unvouched(chain.files(), "two", [kept])


@pytest.mark.parametrize("place", range(3, 12))
def test_the_entry_before_the_run_and_all_from_there_on_must_be_whole(chain: Chain, place: int) -> None:
    kept = heads(chain)[7]
    damaged(chain, place)
    with pytest.raises(AuditError, match="so nothing was undone"):
        refuse_unvouched(chain.files(), "two", [kept])


@pytest.mark.parametrize("place", range(7, 12))
def test_a_head_of_the_end_of_the_run_or_later_vouches(chain: Chain, place: int) -> None:
    refuse_unvouched(chain.files(), "two", [heads(chain)[place]])


@pytest.mark.parametrize("place", range(7))
def test_an_older_head_vouches_for_a_part_alone(chain: Chain, place: int) -> None:
    with pytest.raises(AuditError, match="and run two has entry 8: nothing was undone"):
        refuse_unvouched(chain.files(), "two", [heads(chain)[place]])


def test_a_head_that_is_not_there_vouches_for_nothing(chain: Chain) -> None:
    with pytest.raises(AuditError, match="vouches for no entry from this run on"):
        refuse_unvouched(chain.files(), "two", ["sha256:" + "0" * 64])


def test_a_change_that_was_cut_out_of_the_run_is_missed(chain: Chain) -> None:
    """The first three entries of the run are gone, and the one before them: what is left is a whole chain."""
    kept = heads(chain)[7]
    rewritten(chain, lambda lines: [*lines[:3], *lines[7:]])
    with pytest.raises(AuditError, match=r"missing|states that its queues are"):
        refuse_unvouched(chain.files(), "two", [kept])


def test_a_torn_last_line_is_no_reason(chain: Chain) -> None:
    kept = heads(chain)[7]
    with chain.path.open("ab") as file:
        file.write(b'{"n": 13, "previ')
    refuse_unvouched(chain.files(), "two", [kept])


def test_entries_begin_with_the_one_before_the_run(chain: Chain) -> None:
    assert list(range(4, 13)) == [entry["n"] for entry in entries_from(chain.files(), "two")]
    assert list(range(1, 13)) == [entry["n"] for entry in entries_from(chain.files(), "one")]
