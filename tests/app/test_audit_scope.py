"""From options as they are typed to the part of the trail that is meant."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from syncer.app import AuditOptions
from syncer.app.audit_scope import population_of
from syncer.audit.chain import Chain
from syncer.audit.filters import Filters
from syncer.audit.period import Period
from syncer.errors import WrongUsage
from tests.audit.histories import story

NOW = datetime(2026, 11, 27, 8, tzinfo=UTC)


@pytest.fixture
def chain(tmp_path: Path) -> Chain:
    """The trail of the story."""
    chain = Chain(tmp_path)
    chain.append(
        [{key: value for key, value in entry.items() if key not in ("n", "hash")} for entry in story()]
    )
    return chain


def test_options_are_filters_in_the_form_of_the_trail(chain: Chain) -> None:
    options = AuditOptions(
        since="27d",
        until="2026-11-20",
        actions=("delete_*",),
        overrides=("--allow-delete",),
        queues=("Care",),
    )
    period = Period(datetime(2026, 10, 31, 8, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC))
    expected = Filters(period, actions=("DELETE_*",), overrides=("allow-delete",), queues=("Care",))
    found = population_of(chain, options, NOW)
    assert (expected, [4, 5]) == (found.filters, [entry["n"] for entry in found.entries()])


def test_one_run_is_a_trail_of_its_own(chain: Chain) -> None:
    found = population_of(chain, AuditOptions(), NOW, run="r2")
    assert (2, [4, 5]) == (found.length, [entry["n"] for entry in found.entries()])
    with pytest.raises(WrongUsage, match="the user 'bob'"):
        population_of(chain, AuditOptions(users=("bob",)), NOW, run="r2")


def test_a_seed_is_chosen_where_none_is_given(chain: Chain) -> None:
    given = population_of(chain, AuditOptions(sample=1, seed=0), NOW).sample
    chosen = [population_of(chain, AuditOptions(sample=1), NOW).sample for _ in range(3)]
    assert given is not None
    assert 0 == given.seed
    assert 1 < len({sample.seed for sample in chosen if sample})
    assert population_of(chain, AuditOptions(), NOW).sample is None
