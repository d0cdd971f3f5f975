"""What would be, in Markdown. That names can do nothing in it is held by the samples."""

from dataclasses import replace

from syncer.report import render
from syncer.report.sights import Simulated
from syncer.report.views import Report
from tests.report.report_samples import simulated


def lines(view: Simulated) -> list[str]:
    return render("markdown", Report("simulate", view=view)).splitlines()


def test_the_verdict_comes_first_and_the_tables_after_it() -> None:
    found = lines(simulated("Tier 1"))
    assert found[2].startswith("**80.5 contacts are stranded in `Tier 1`; no other queue is over its ")
    assert "- **Assumed:** `Tier 1`" in found
    assert "- **Not known:** `Tier 1`" in found
    assert [1, 1, 1] == [
        sum(line.startswith(head) for line in found)
        for head in ("| Queue | Offered |", "| Full in turn |", "| Queue | Agents |")
    ]
    assert found[-1].startswith("Erlang C, in time: within 20 s")


def test_until_full_the_headroom_is_the_verdict() -> None:
    found = lines(replace(simulated("A"), until_full=True))
    assert found[2].startswith("**The other queues hold only ")
    assert [] == [line for line in found if line.startswith("- **Headroom")]
