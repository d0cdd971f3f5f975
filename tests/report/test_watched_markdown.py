from syncer.model.observation import Watched
from syncer.report.watched_markdown import watched_markdown
from tests.report.test_watched import ALL, BEFORE, queue


def test_a_row_a_queue_and_a_line_a_note() -> None:
    assert [
        "**Watched for 3 of 5 minutes: 1 of 3 targets is worse than before the run**",
        "",
        "| Target | Than before the run | Waiting | Longest wait | Agents on queue |",
        "| --- | --- | --- | --- | --- |",
        (
            "| `Tier 2` | **worse**; since minute 2: longest wait, waiting, waiting per agent "
            "| 2 → 1,200 → 1,200 | 20 s → 180 s → ? | 1,234 → 4 → ? |"
        ),
        (
            "| `Tier 2` | recovered; first in minute 1: longest wait, waiting, waiting per agent "
            "| 2 → 14 → 2 | 20 s → 180 s → 20 s | 1,234 → 4 → 1,234 |"
        ),
        "| `Tier 2` | not worse | 2 → 2 → 2 | 20 s → 20 s → 20 s | 1,234 → 1,234 → 1,234 |",
        "",
        "- `minute 4: no answer`",
        "",
    ] == list(watched_markdown(ALL))


def test_names_stand_as_code_and_in_their_cell() -> None:
    hostile = Watched(1, 1, (queue(BEFORE, name="a | @all ` </table>\n/close"),), ("@all `\n/merge",))
    rows = list(watched_markdown(hostile))
    assert rows[4].startswith(r"| ``a \| @all ` </table>\x0a/close`` | not worse |")
    assert r"- ``@all `\x0a/merge``" == rows[-2]
