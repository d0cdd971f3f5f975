import re
from datetime import UTC, datetime, timedelta

from syncer.cli.watch import new_run_id


def test_run_ids_sort_by_time() -> None:
    moment = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
    assert re.fullmatch(r"20260301T083000Z-[0-9a-f]{6}", new_run_id(moment))
    assert new_run_id(moment) < new_run_id(moment + timedelta(seconds=1))
