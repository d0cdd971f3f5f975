"""What is asked of analytics: the queues of the policies, and all that contacts may come from."""

import json

from syncer.emulator.server import Emulator
from syncer.live.analytics import AGGREGATE_QUERY
from tests.aggregates import counting
from tests.program import Program


def test_what_leads_to_the_queues_of_the_policies_is_asked_for_too(
    program: Program, emulator: Emulator
) -> None:
    path = program.folder / "policies" / "all.yaml"
    path.write_text("version: 1\nqueues:\n- queue: Front\n")
    program.write_settings(interval="15m")
    with counting(emulator.url, lambda _queue, _moment: {"nOffered": 2}) as api:
        program.setenv("SYNCER_API_URL", api.url)
        done = program.run("measure", "--weeks", "1", "--format", "json")
    assert 672 == done.json["result"]["measured"]["intervals_with_contacts"]
    bodies = [json.loads(seen.body) for seen in api.seen if seen.path == AGGREGATE_QUERY]
    asked = {each["value"] for body in bodies for each in body["filter"]["predicates"]}
    assert {"desk", "front"} == asked
    assert ["PT15M"] * 7 == [body["granularity"] for body in bodies]
