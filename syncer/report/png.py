"""A network as PNG: the SVG drawn by resvg, which is an extra. Light, as a picture on paper is."""

from importlib import import_module
from importlib.util import find_spec
from typing import Final

from syncer.errors import ConfigError
from syncer.report.picture.palette import LIGHT
from syncer.report.picture.svg import standalone
from syncer.report.sights import Graphed
from syncer.report.views import Report

LIBRARY: Final = "resvg_py"
ZOOM: Final = 2
"""Pixels of the picture for one of the drawing: so names can be read on a dense screen."""

MOST_PIXELS: Final = 16_000
"""On a side. Many programs show no larger picture."""


def data(report: Report) -> bytes:
    """The picture, or nothing where there is none. Raises ConfigError where the library is missing, or the
    picture is too large."""
    if not isinstance(report.view, Graphed):
        return b""
    if find_spec(LIBRARY) is None:
        raise ConfigError(
            "PNG needs the package resvg-py, which is not installed", hint='pip install "resvg-py>=0.3"'
        )
    svg = standalone(report.view.picture, LIGHT)
    width, height = (float(part) for part in _size(svg))
    zoom = min(ZOOM, MOST_PIXELS / max(width, height))
    if zoom < 1 / ZOOM:
        raise ConfigError(
            f"the network is too large for a PNG: {width:.0f} by {height:.0f} pixels",
            hint="Draw a part of it (--focus QUEUE), or write --format svg.",
        )
    drawn = import_module(LIBRARY).svg_to_bytes(svg_string=svg, zoom=zoom)
    return bytes(drawn)


def _size(svg: str) -> tuple[str, str]:
    """Width and height of a drawing, as its first tag says them."""
    head = svg[: svg.index(">")].split('"')
    return head[3], head[5]
