"""Which edits of others a PUT may have overwritten."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.applying.lost_edits import Judged, modified_at, own_writes
from syncer.model.audited import AuditedEdit, PropertyChange
from syncer.model.window import Window
from syncer.net.timing import rfc3339
from tests.properties import examples

READ = datetime(2026, 3, 1, 8, 30, 0, 500_000, tzinfo=UTC)
OURS = {"threshold": 25}


def at(seconds: float) -> str:
    return rfc3339(READ + timedelta(seconds=seconds))


def window(sent: float = 0.1, ended: float = 0.3, run: str = "run", **read: Any) -> Window:
    """Read at second 0, and sent after that: the threshold from 10 to 25."""
    state = {"id": "q", "threshold": 10, "description": "a", **read}
    return Window(run, "q", "Q", at(0), at(sent), at(ended), state, {**state, **OURS}, sure=True)


def edit(
    seconds: float, *changes: tuple[str, str, str], client: str = "theirs", action: str = "Update"
) -> AuditedEdit:
    made = tuple(PropertyChange(name, (old,), (new,)) for name, old, new in changes)
    return AuditedEdit("q", at(seconds), action, "u", "Ada", client, changes=made)


OWN = edit(0.2, ("threshold", "10", "25"), client="me")
THEIRS = edit(0.15, ("description", "a", "b"))


def lost(*others: AuditedEdit, own: AuditedEdit | None = OWN, **read: Any) -> list[AuditedEdit]:
    return Judged(window(**read), own, timedelta(seconds=5)).lost(others)


def test_an_edit_between_the_read_and_the_put_is_lost() -> None:
    assert [THEIRS] == lost(THEIRS)


def test_so_is_one_in_the_time_that_a_read_may_be_stale() -> None:
    assert [edit(-4, ("description", "a", "b"))] == lost(edit(-4, ("description", "a", "b")))
    assert [] == lost(edit(-8, ("description", "a", "b")))


def test_what_the_state_that_was_read_is_younger_than_is_in_it() -> None:
    assert [] == lost(edit(-4, ("description", "a", "b")), dateModified=at(-4))
    assert [THEIRS] == lost(THEIRS, dateModified=at(-4))
    assert [THEIRS] == lost(THEIRS, dateModified="yesterday")


def test_what_came_after_our_put_lies_on_top_of_it() -> None:
    assert [] == lost(edit(0.25, ("description", "a", "b")))
    tie = edit(0.2, ("description", "a", "b"))
    assert [tie] == lost(tie), "at the same moment nobody knows"


def test_an_event_with_whole_seconds_may_be_of_any_moment_within() -> None:
    within = edit(-0.5, ("description", "a", "b"))
    assert within.at.endswith("00.000Z")
    assert [within] == lost(within, dateModified=at(-0.2))
    assert [] == lost(within, dateModified=at(0.499))


def test_values_that_the_body_has_are_not_lost() -> None:
    assert [] == lost(edit(0.15, ("threshold", "10", "25")))
    assert [] == lost(edit(0.15, ("threshold", "9", "10"))), "it was read"
    [found] = lost(edit(0.15, ("threshold", "10", "25"), ("description", "a", "b"), ("version", "1", "2")))
    assert ["description"] == [change.property for change in found.changes]


def test_what_somebody_set_again_is_not_lost_twice() -> None:
    first, second = edit(0.11, ("description", "a", "b")), edit(0.15, ("description", "b", "c"))
    assert [second] == lost(first, second)
    assert [] == lost(first, edit(0.15, ("description", "b", "a"))), "and back"


def test_an_edit_that_says_nothing_may_be_anything() -> None:
    assert [edit(0.15)] == lost(edit(0.15))
    assert [] == lost(edit(0.15, ("QueueMember/q:u", "", "x"), action="MemberAdd"))


def test_without_our_own_event_the_end_of_the_window_counts() -> None:
    late = edit(2.2, ("description", "a", "b"))
    assert [late] == lost(late, own=None)
    assert [] == lost(edit(2.4, ("description", "a", "b")), own=None)


def own(windows: list[Window], *edits: AuditedEdit, client: str = "me") -> dict[str, AuditedEdit]:
    return {key[0]: found for key, found in own_writes(windows, edits, client).items()}


def test_our_put_is_told_by_client_time_and_values() -> None:
    assert {"run": OWN} == own([window()], THEIRS, OWN)
    assert {} == own([window()], THEIRS)
    assert {} == own([window()], edit(60, ("threshold", "10", "25"), client="me"))
    assert {"run": OWN} == own([window()], THEIRS, OWN, client=""), "by values alone"
    other = edit(0.1, ("description", "a", "b"), client="me")
    assert {"run": OWN} == own([window()], other, OWN), "another program with the same credentials"
    assert {} == own([window()], other)


def test_a_put_of_which_the_server_stored_other_values() -> None:
    stored = edit(0.2, ("threshold", "10", "24"), client="me")
    assert {"run": stored} == own([window()], stored)
    assert {} == own([window()], stored, client="")


def test_no_event_is_that_of_two_puts() -> None:
    first, second = window(run="1"), window(sent=0.5, ended=0.7, run="2")
    assert {"1": OWN} == own([second, first], OWN)
    again = edit(0.6, ("threshold", "10", "25"), client="me")
    assert {"1": OWN, "2": again} == own([second, first], OWN, again)


@pytest.mark.parametrize("date", [None, 5, "yesterday", "2026-03-01T08:30:00"])
def test_a_state_without_a_date(date: object) -> None:
    assert modified_at({"dateModified": date}) is None


WORDS = st.sampled_from(["a", "b", "c"])


@dataclass
class Server:
    """A queue of three fields with its audit; ``whole``: its events have whole seconds, else none is at one.
    Times are in seconds."""

    whole: bool
    time: float = 0.05
    queue: dict[str, Any] = field(
        default_factory=lambda: {"id": "q", "x": "a", "y": "a", "threshold": "a", "dateModified": at(-100)}
    )
    events: list[AuditedEdit] = field(default_factory=list)
    windows: list[Window] = field(default_factory=list)
    was_read: dict[str, Any] = field(default_factory=dict)
    read_at: float = 0.0
    fields = ("x", "y", "threshold")
    first: ClassVar[Mapping[str, str]] = dict.fromkeys(fields, "a")

    def read(self) -> None:
        """Our last read before the PUT."""
        if not self.was_read:
            self.was_read, self.read_at = dict(self.queue), self.time

    def set(self, client: str, name: str, value: str) -> None:
        """Set one field, by a PUT of the whole queue."""
        before = dict(self.queue)
        self.put(client, {**before, name: value})
        if client == "me" and before[name] != value:
            run, now = f"earlier {len(self.events)}", at(self.time)
            made = Window(run, "q", "Q", now, now, now, before, dict(self.queue), sure=True)
            self.windows.append(made)

    def put(self, client: str, body: Mapping[str, Any]) -> None:
        """Replace the queue; an event says what that moved."""
        moved = [
            (name, self.queue[name], body[name]) for name in self.fields if self.queue[name] != body[name]
        ]
        if moved:
            made = edit(int(self.time + 0.5) - 0.5 if self.whole else self.time, *moved, client=client)
            self.events.append(made)
            self.queue = {**body, "dateModified": at(self.time)}


@given(steps=st.lists(st.tuples(st.sampled_from(["read", "put", "rival"]), WORDS, WORDS), max_size=8))
@examples(400)
def test_what_is_lost_is_what_a_server_lost(steps: list[tuple[str, str, str]]) -> None:
    """A server replayed: our PUT replaces all with what we read, and a rival sets one field at a time."""
    state = {"id": "q", "x": "a", "y": "a", "threshold": 10, "dateModified": at(-100)}
    read: dict[str, Any] | None = None
    events: list[AuditedEdit] = []
    time = 0.0
    lost_values: dict[str, str] = {}
    sent = 0.0
    for what, name_of, value in [*steps, ("read", "", ""), ("put", "", "")]:
        time += 0.01
        if what == "read" or (what == "put" and read is None):
            read, sent = dict(state), time
        elif what == "rival":
            name = "x" if name_of == "a" else "y"
            if state[name] != value:
                events.append(edit(time, (name, str(state[name]), value)))
                state = {**state, name: value, "dateModified": at(time)}
        else:
            assert read is not None
            lost_values = {name: str(state[name]) for name in ("x", "y") if state[name] != read[name]}
            break
    assert read is not None
    made = Window("run", "q", "Q", at(sent), at(time), at(time), read, {**read, **OURS}, sure=True)
    found = Judged(made, edit(time, ("threshold", "10", "25"), client="me"), timedelta(0)).lost(events)
    said = {change.property: change.new[0] for each in found for change in each.changes}
    assert lost_values == said


def test_our_event_is_known_by_its_values_where_the_audit_names_no_client() -> None:
    nameless = edit(0.2, ("threshold", "10", "25"), client="")
    other = edit(0.2, ("description", "a", "b"), client="")
    assert {window().key: nameless} == own_writes([window()], [other, nameless], "me")
    assert {} == own_writes([window()], [other], "me")
    assert {} == own_writes([window()], [edit(0.2, ("threshold", "10", "25"), client="other")], "me")


def test_an_event_in_words_of_the_audit_is_the_nearest_of_our_client() -> None:
    far, near = (edit(at_, ("Threshold in %", "10", "25"), client="me") for at_ in (0.29, 0.15))
    assert {window().key: near} == own_writes([window()], [far, near], "me")
    assert {} == own_writes([window()], [edit(0.15, ("Threshold in %", "10", "25"))], "me")


def test_another_event_of_our_own_put_hides_no_edit() -> None:
    back = ("description", "b", "a")
    for client, found in (("me", [THEIRS]), ("", [THEIRS]), ("other", [])):
        judged = Judged(window(), OWN, timedelta(seconds=5), "me")
        assert found == judged.lost([THEIRS, edit(0.18, back, client=client)]), client


def test_an_earlier_write_of_ours_in_whole_seconds_is_no_edit_of_others() -> None:
    """The audit has whole seconds; just before, we set another threshold, and back."""
    first, second = (edit(-0.5, ("threshold", *sides), client="me") for sides in (("10", "30"), ("30", "10")))
    mine = edit(-0.5, ("threshold", "10", "25"), client="me")
    judged = Judged(window(dateModified=at(0)), mine, timedelta(seconds=5), "me")
    assert first.at == second.at == mine.at
    assert [] == judged.lost([first, second]), "our PUT replaced what was read, so nobody was in between"


def test_what_our_put_replaced_tells_of_one_property_alone() -> None:
    theirs = edit(0.15, ("threshold", "10", "30"), ("description", "a", "b"))
    [found] = lost(theirs)
    assert ["description"] == [change.property for change in found.changes]
    mine = edit(0.2, ("threshold", "30", "25"), client="me")
    [found] = lost(theirs, own=mine)
    assert ["threshold", "description"] == [change.property for change in found.changes]


def test_an_event_without_old_values_tells_nothing_of_what_our_put_replaced() -> None:
    """The property was empty when it was read, and an audit may leave old values out."""
    theirs = edit(0.15, ("threshold", "", "30"))
    mine = replace(OWN, changes=(PropertyChange("threshold", (), ("25",)),))
    assert [theirs] == lost(theirs, own=mine, threshold=None)
    named = replace(OWN, changes=(PropertyChange("threshold", ("null",), ("25",)),))
    assert [] == lost(theirs, own=named, threshold=None)


def test_an_event_that_may_be_our_put_as_well_has_to_say_the_same() -> None:
    theirs, doubtful = (
        edit(0.12, ("threshold", "10", "30")),
        edit(0.18, ("threshold", "30", "25"), client="me"),
    )
    judged = Judged(window(), OWN, timedelta(seconds=5), "me")
    assert [theirs] == judged.lost([theirs, doubtful])


def test_an_event_that_the_state_has_is_hardly_that_of_our_put() -> None:
    earlier = edit(-0.1, ("threshold", "10", "25"), client="me")
    back = edit(-0.05, ("threshold", "25", "10"), client="me")
    made = window(dateModified=at(-0.05))
    assert {made.key: OWN} == own_writes([made], [earlier, back, OWN], "me")
    assert {made.key: earlier} == own_writes([made], [earlier, back], "me"), (
        "if the clocks of the server differ"
    )


def test_an_event_that_replaced_what_was_read_comes_first() -> None:
    """Neither value is the one that was sent, as of a backup queue that the server filled in."""
    earlier = edit(-0.5, ("threshold", "0", "10"), client="me")
    mine = edit(-0.5, ("threshold", "10", "24"), client="me")
    assert {window().key: mine} == own_writes([window()], [earlier, mine], "me")


FIELDS = st.sampled_from(["x", "y", "threshold"])
ACTIONS = st.sampled_from(["rival", "rival", "earlier", "back"])


@given(
    steps=st.lists(st.tuples(ACTIONS, FIELDS, WORDS, st.integers(1, 9)), max_size=8),
    read_after=st.integers(0, 8),
    whole=st.booleans(),
    dated=st.booleans(),
    known=st.booleans(),
)
@examples(1000)
def test_nothing_that_a_server_lost_is_missed(
    steps: list[tuple[str, str, str, int]], read_after: int, whole: bool, dated: bool, known: bool
) -> None:
    """A server whose audit may have whole seconds. Our own writes before the read are not reported where a
    state folder knows them (``known``), or the times do."""
    server = Server(whole)
    for place, (who, name, value, tenths) in enumerate(steps):
        if place == read_after:
            server.read()
        server.time += tenths / 10
        ours = who in ("earlier", "back") and not server.was_read
        wanted = server.first[name] if who == "back" else value
        server.set("me" if ours else "theirs", name, wanted)
    server.read()
    server.time += 0.1
    state = dict(server.was_read)
    if not dated:
        del state["dateModified"]
    gone = {name for name in server.fields if server.queue[name] != state[name]}
    sent = {**state, "threshold": "z"}
    end = server.time
    server.put("me", sent)
    made = Window("run", "q", "Q", at(server.read_at), at(end), at(end), state, sent, sure=True)
    windows = [made, *(server.windows if known else ())]
    own = own_writes(windows, server.events, "me")
    others = [each for each in server.events if each not in own.values()]
    found = Judged(made, own[made.key], timedelta(0), "me").lost(others)
    said = {change.property for each in found for change in each.changes}
    assert set() == gone - said
    if known or (dated and not whole):
        assert set() == {each.client for each in found} - {"theirs"}
