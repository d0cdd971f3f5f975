import sys
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest

from syncer.errors import ConfigError
from syncer.report import BINARY, data
from syncer.report import png as png_format
from syncer.report.picture.model import Box, Picture
from syncer.report.picture.of_plan import picture_of_plan
from syncer.report.sights import Graphed
from syncer.report.views import Report
from tests.report.changes import loop

REPORT = Report("graph", view=Graphed(picture_of_plan(loop()), "plan"))


def test_a_network_is_a_picture() -> None:
    assert b"\x89PNG\r\n\x1a\n" == data("png", REPORT)[:8]


def test_it_is_twice_as_large_as_the_drawing_and_never_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    zooms = []

    def svg_to_bytes(svg_string: str, zoom: float) -> bytes:
        zooms.append(zoom)
        return b"picture"

    library: Any = ModuleType("resvg_py")
    library.svg_to_bytes = svg_to_bytes
    library.__spec__ = object()
    monkeypatch.setitem(sys.modules, "resvg_py", library)
    assert b"picture" == data("png", REPORT)
    many = tuple(Box(f"{number:04}", f"Q{number}") for number in range(2_000))
    assert data("png", replace(REPORT, view=Graphed(Picture(many, ()), "plan")))
    assert 2 == zooms[0] > zooms[1] > 0.5
    monkeypatch.setattr(png_format, "MOST_PIXELS", 1_000)
    with pytest.raises(ConfigError, match=r"too large for a PNG: \d+ by \d+ pixels"):
        data("png", replace(REPORT, view=Graphed(Picture(many, ()), "plan")))


def test_without_its_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(png_format, "find_spec", lambda _: None)
    with pytest.raises(ConfigError, match="PNG needs the package resvg-py") as caught:
        data("png", REPORT)
    assert 'pip install "resvg-py>=0.3"' == caught.value.hint


def test_without_a_network_there_is_nothing() -> None:
    assert b"" == data("png", Report("graph", 1))
    assert {"png"} == BINARY
