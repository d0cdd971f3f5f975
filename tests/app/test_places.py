"""Where a use case finds things."""

from pathlib import Path

import pytest

from syncer.app.places import LiveTarget, MetricsOptions, PolicySource
from syncer.errors import WrongUsage


def test_a_dialect_that_there_is_not_is_refused() -> None:
    with pytest.raises(WrongUsage, match="dialect is 'latin'"):
        LiveTarget(dialect="latin")


def test_metrics_are_asked_for_by_a_file_or_a_gateway() -> None:
    assert not MetricsOptions()
    assert MetricsOptions(metrics=Path("m"))
    assert MetricsOptions(push_gateway="http://localhost")


@pytest.mark.parametrize(
    ("source", "known_as"),
    [
        (PolicySource(), ""),
        (PolicySource(Path.cwd() / "policies"), ""),
        (PolicySource(Path("teams/billing")), "teams/billing"),
        (PolicySource(Path.cwd() / "teams/billing"), "teams/billing"),
        (PolicySource(Path("teams/billing"), set_name="syncer-eu"), "syncer-eu"),
    ],
)
def test_a_set_of_policies_is_known_by_its_name_or_its_folder(source: PolicySource, known_as: str) -> None:
    assert known_as == source.policy_set
