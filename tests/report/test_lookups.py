"""What is looked up."""

from syncer.doctor import Line, State
from syncer.report.lookups import Examined


def test_the_lines_of_the_set_up_are_counted_by_their_state() -> None:
    states = (State.OK, State.OK, State.FAILED)
    view = Examined(tuple(Line(f"check {number}", state, "so") for number, state in enumerate(states)))
    assert [(State.OK, 2), (State.WARNING, 0), (State.FAILED, 1), (State.SKIPPED, 0)] == [
        (state, view.count(state)) for state in (State.OK, State.WARNING, State.FAILED, State.SKIPPED)
    ]
