"""Figures are written in place: what people wrote stays, and no file half."""

import pytest

from syncer.errors import Refused
from syncer.measuring.figures import Capacity
from syncer.measuring.write import Wanted, rewritten, stamp_of
from syncer.model.policy import QueueRef
from syncer.model.traffic import Period
from syncer.yamlfile.document import parse
from tests.measuring.traffics import HOUR, MONDAY

STAMP = stamp_of(Period(MONDAY, HOUR, 672), 95, 34, "1h")
NEXT = stamp_of(Period(MONDAY + 168 * HOUR, HOUR, 672), 97.5, 1, "15m")

EXPORTED = """\
version: 1
queues:
  - queue: Front
    # capacity:    # contacts per interval that it can take
    # base_load:   # contacts per interval that are offered to it directly
    overflow:
      - target: Back
        threshold: 25
        delay: 60
  # Not managed: it waits.
  - queue: Back
    # capacity:    # contacts per interval that it can take
    # base_load:   # contacts per interval that are offered to it directly
    manage: false

# The end.
"""
HEAD = "version: 1\nqueues:\n"


def written(text: str, wanted: Wanted, stamp: str = STAMP, place: int = 0) -> str:
    return rewritten(parse("p.yaml", text.encode()), {place: wanted}, stamp, {"q-1": "Tier\n2"})


def test_a_stamp_says_when_and_over_what() -> None:
    assert "measured 2026-11-02 to 2026-11-30, busy 95, 34 intervals of 1h" == STAMP
    assert "measured 2026-11-09 to 2026-12-07, busy 97.5, 1 interval of 15m" == NEXT


def test_what_an_export_leaves_to_be_filled_in_is_filled_in() -> None:
    found = written(EXPORTED, Wanted(150.0, Capacity(118, True)))
    expected = EXPORTED.replace(
        "    # capacity:    # contacts per interval that it can take\n"
        "    # base_load:   # contacts per interval that are offered to it directly\n",
        f"    # capacity: at least 118 ({STAMP})\n    base_load: 150  # {STAMP}\n",
        1,
    )
    assert expected == found
    last = written(EXPORTED, Wanted(0.5, Capacity(9, False), as_value=True), place=1)
    assert f"\n    capacity: 9  # {STAMP}\n    base_load: 0.5  # {STAMP}\n    manage: false\n" in last
    assert EXPORTED.partition("  # Not")[0] == last.partition("  # Not")[0]


@pytest.mark.parametrize("as_value", [False, True])
def test_the_next_measurement_replaces_the_last(as_value: bool) -> None:
    def measured(text: str, contacts: int, stamp: str) -> str:
        return written(text, Wanted(float(contacts), Capacity(contacts, contacts > 5), as_value), stamp)

    first = measured(EXPORTED, 7, STAMP)
    assert measured(EXPORTED, 5, NEXT) == measured(first, 5, NEXT)
    assert first == measured(measured(first, 5, NEXT), 7, STAMP)


def test_a_comment_becomes_a_value_and_what_people_wrote_stays() -> None:
    comment = written(EXPORTED, Wanted(1.0, Capacity(8, True)))
    assert f"    capacity: 8  # at least; {STAMP}\n" in written(
        comment, Wanted(None, Capacity(8, True), True)
    )
    mine = f"{HEAD}  - queue: A\n    # capacity: 99 says the team\n    base_load: 9   # a guess\n"
    found = written(f"{mine}    capacity: 1\n", Wanted(7.0, Capacity(8, False), True))
    assert (
        f"{HEAD}  - queue: A\n    # capacity: 99 says the team\n"
        f"    base_load: 7  # a guess; {STAMP}\n    capacity: 8  # {STAMP}\n"
    ) == found
    assert f"base_load: 6  # a guess; {NEXT}\n" in written(found, Wanted(6.0), NEXT)


def test_keys_that_are_missing_are_put_in_behind_the_name() -> None:
    short = f"{HEAD}- queue: A\n  capacity: 5\n- queue: {{id: q-2}}  # B\n"
    found = written(short, Wanted(7.0))
    assert f"{HEAD}- queue: A\n  base_load: 7  # {STAMP}\n  capacity: 5\n- queue: {{id: q-2}}  # B\n" == found
    both = written(short, Wanted(7.0, Capacity(6, True)), place=1)
    assert both.endswith(f"# B\n  # capacity: at least 6 ({STAMP})\n  base_load: 7  # {STAMP}\n")


def test_a_comment_beside_a_value_goes_with_the_next_value() -> None:
    both = written(f"{HEAD}- queue: A\n  capacity: 5\n", Wanted(None, Capacity(6, True)))
    assert f"{HEAD}- queue: A\n  # capacity: at least 6 ({STAMP})\n  capacity: 5\n" == both
    assert f"{HEAD}- queue: A\n  capacity: 6  # {STAMP}\n" == written(
        both, Wanted(None, Capacity(6, False), True)
    )


def test_shares_of_flows_are_put_in_and_brought_up_to_date() -> None:
    by_name, by_id = QueueRef(name="On: call"), QueueRef(id="q-1")
    first = written(EXPORTED, Wanted(shares=((by_name, 12.5),)))
    assert (
        f'    transfers:\n      - target: "On: call"\n        share: 12.5  # {STAMP}\n  # Not managed'
    ) in first
    second = written(first, Wanted(shares=((by_name, 3.0), (by_id, 4.0))), NEXT)
    assert (
        f'    transfers:\n      - target: "On: call"\n        share: 3  # {NEXT}\n'
        f'      - target: {{id: "q-1"}}  # Tier\\u000a2\n        share: 4  # {NEXT}\n  # Not managed'
    ) in second


def test_nothing_wanted_changes_nothing() -> None:
    assert EXPORTED == written(EXPORTED, Wanted())


@pytest.mark.parametrize(
    "odd",
    [
        "version: 1\nqueues: [{queue: A, overflow: []}]\n",
        'version: 1\nqueues: [{"queue": "A",\n  "capacity": 5}]\n',
        "version: 1\nqueues: [{queue: A, base_load: 5, overflow: []}]  # all\n",
        f"{HEAD}- {{queue: A, base_load: 5, manage: false}}\n",
        '{"version": 1, "queues": [\n {\n  "queue": "A",\n  "base_load": 5,\n  "capacity": 9\n }\n]}\n',
        f"x-load: &load {{base_load: 3}}\n{HEAD}- queue: A\n  <<: *load\n- queue: B\n  <<: *load\n",
    ],
)
def test_a_file_in_another_form_is_refused(odd: str) -> None:
    with pytest.raises(
        Refused, match=r"no figures can be written into p\.yaml in place: nothing was written"
    ):
        written(odd, Wanted(7.0))
