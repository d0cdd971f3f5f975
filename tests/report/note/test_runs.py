"""The runs that the note of an apply tells of."""

from hypothesis import given
from hypothesis import strategies as st

from syncer.report.note.runs import MOST_EARLIER, Ended, earlier_section, runs_in, with_earlier

HEAD = "sha256:" + "a" * 64


def run(number: int) -> Ended:
    return Ended(f"20260301T0830{number:02}Z-abcdef", "done", HEAD)


def note(shown: list[Ended], earlier: list[Ended]) -> str:
    lines = [
        line
        for kind, runs in (("run", shown), ("earlier", earlier))
        for each in runs
        for line in each.lines(kind)
    ]
    return (
        "\n".join(
            ["<!-- syncer:apply:default -->", *lines, "", "## done", "", *earlier_section(earlier)]
        ).rstrip("\n")
        + "\n"
    )


def test_an_older_run_stands_among_the_earlier_ones() -> None:
    assert note([run(9)], [run(5), run(1)]) == with_earlier(note([run(9)], [run(1)]), [run(5)])
    assert note([run(9)], [run(5)]) == with_earlier(note([run(9)], []), [run(5)])
    assert note([], [run(8), run(5)]) == with_earlier(note([], [run(8)]), [run(5)])


@given(st.lists(st.integers(0, 59), unique=True, max_size=30), st.integers(0, 58))
def test_a_run_is_told_once_and_the_newest_stay(numbers: list[int], late: int) -> None:
    earlier = [run(number) for number in sorted(numbers, reverse=True) if number < 59][:MOST_EARLIER]
    once = with_earlier(note([run(59)], earlier), [run(late)])
    assert once == with_earlier(once, [run(late)])
    expected = sorted({each.run for each in (*earlier, run(late))}, reverse=True)[:MOST_EARLIER]
    assert [run(59).run, *expected] == [each.run for each in runs_in(once)]
