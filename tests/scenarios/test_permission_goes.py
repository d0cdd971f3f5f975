"""Permission that goes in the middle of a run: what is left isn't asked for one by one."""

import json
from collections import Counter
from typing import Any

import pytest

from syncer.emulator.server import Emulator
from syncer.errors import Forbidden
from syncer.live.client import Client
from syncer.live.responses import Answer
from tests.program import Program, live_queue, overflow, policy_queue

NAMES = tuple(f"Q{number:02}" for number in range(20))
HOME = {"division": {"id": "home", "name": "Home"}}


def test_three_denials_alike_end_the_tries_in_a_division(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    put, asked = Client.put_queue, list[str]()

    def put_five(client: Client, queue_id: str, body: dict[str, Any], etag: str) -> Answer:
        asked.append(queue_id)
        if len(asked) > 5:
            raise Forbidden(f"PUT /api/v2/routing/queues/{queue_id}: 403 denied", status=403)
        return put(client, queue_id, body, etag)

    monkeypatch.setattr(Client, "put_queue", put_five)
    live = [live_queue(name, overflow("sink", 5), **HOME) for name in NAMES]
    sink = policy_queue("Sink", capacity=10_000)
    program.write_policies(*(policy_queue(name, ("Sink", 6)) for name in NAMES), sink)
    with Emulator(queues=[*live, live_queue("Sink", **HOME)], rate_limit=1_000_000) as running:
        program.use(running)
        done = program.run("apply", "--auto-approve", "--parallel", "1", "--report", "json=report.json")
        report = json.loads((program.folder / "report.json").read_text())
    assert 5 == done.code
    outcomes = report["result"]["outcomes"]
    assert {"applied": 5, "failed": 3, "skipped": 12} == Counter(outcome["status"] for outcome in outcomes)
    assert 8 == len(asked)
    assert "Q05, Q06, Q07 of the same division were denied" in outcomes[-1]["detail"]
    assert "skipped      and 9 more, for the same reason (--verbose shows all)" in done.out
