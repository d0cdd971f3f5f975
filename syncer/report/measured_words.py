"""What was measured, in the words that text and Markdown share."""

from syncer.checks.capacity import number
from syncer.measuring.against_model import Comparison
from syncer.measuring.figures import Capacity
from syncer.measuring.proposals import Proposal
from syncer.report.sights import Measured, Measuring

HEADINGS = ("Queue", "Offered", "Answered", "Abandoned", "Flowed out", "Flowed in", "Base load", "Capacity")
HANDLING = "AHT"


def over_in_words(over: Measuring) -> str:
    """Over which intervals."""
    days = f"{over.period.start:%Y-%m-%d} to {over.period.end:%Y-%m-%d}"
    return (
        f"{days}: {over.places:,} busy intervals of {over.interval}, at or above percentile {over.busy:g} of "
        f"the {over.counted:,} with contacts"
    )


def figures_in_words(proposal: Proposal, *, handling: bool) -> list[str]:
    """The cells of a queue behind its name, as ``HEADINGS`` say."""
    found, mean = proposal.figures, proposal.figures.mean
    contacts = (mean.offered, mean.answered, mean.abandoned, mean.flowed_out)
    inflow = "?" if found.inflow is None else number(found.inflow, 1)
    cells = [*(number(amount, 1) for amount in contacts), inflow, _base_load(proposal), _capacity(proposal)]
    if handling:
        seconds = found.mean.handle_seconds
        cells.append("–" if seconds is None else f"{seconds:.0f} s")
    return cells


def _base_load(proposal: Proposal) -> str:
    measured = proposal.figures.base_load
    return _moved(number(proposal.stated_base_load), None if measured is None else number(measured))


def _capacity(proposal: Proposal) -> str:
    stated = "–" if proposal.stated_capacity is None else number(proposal.stated_capacity)
    measured, words = proposal.figures.capacity, capacity_in_words(proposal.figures.capacity)
    return words if measured and words and stated == str(measured.contacts) else _moved(stated, words)


def capacity_in_words(capacity: Capacity | None) -> str | None:
    """``at least 118``; None where none was measured."""
    return f"{'at least ' * capacity.at_least}{capacity.contacts}" if capacity else None


def _moved(stated: str, measured: str | None) -> str:
    if measured is None:
        return f"{stated} → ?"
    return stated if stated == measured else f"{stated} → {measured}"


def way_in_words(way: Comparison, view: Measured) -> str:
    """``Front → Back: the model says 30, measured 55.2``."""
    source = view.names.get(way.source, way.source)
    measured = "not determined" if way.measured is None else f"measured {number(way.measured, 1)}"
    if not way.target:
        return f"{source}: {number(way.measured or 0.0, 1)} flow out"
    model = number(way.low, 1)
    if way.high is None:
        model = f"at least {model}"
    elif number(way.high, 1) != model:
        model = f"{model} to {number(way.high, 1)}"
    return f"{source} → {view.names.get(way.target, way.target)}: the model says {model}, {measured}"


def shares_in_words(view: Measured) -> list[str]:
    """What in-queue flows transfer."""
    name = view.names
    return [
        f"{name.get(each.source, each.source)} → {name.get(each.target, each.target)}: {each.percent:g} % of "
        "what the first is offered"
        for each in view.shares
    ]
