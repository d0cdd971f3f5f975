"""A network as SVG, for browsers and documents: it follows the colors of the reader, light or dark."""

from syncer.report.picture.palette import DARK, LIGHT
from syncer.report.picture.svg import standalone
from syncer.report.sights import Graphed
from syncer.report.views import Report


def render(report: Report, *, color: bool) -> str:
    """The picture, or nothing where there is none; ``color`` means nothing here."""
    del color
    return standalone(report.view.picture, LIGHT, DARK) if isinstance(report.view, Graphed) else ""
