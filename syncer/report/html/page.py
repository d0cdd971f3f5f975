"""One page of HTML: it loads nothing, runs only its own script, and is the same for the same report.

The policy in its head allows its one style and its one script by their hashes. What a script needs to know is
a block of data. Everything that comes from elsewhere is escaped before it gets here.
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from itertools import chain
from typing import Any, Final

from syncer.report.escape import html
from syncer.report.picture.palette import DARK, LIGHT, variables
from syncer.report.picture.svg import css

_ESCAPES: Final = {
    ord("<"): "\\u003c",
    ord(">"): "\\u003e",
    ord("&"): "\\u0026",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}


def page(title: str, body: Iterable[str], data: Mapping[str, Any] | None = None) -> Iterator[str]:
    """The page with this ``title`` (plain text) and ``body`` (HTML), piece by piece; ``data`` is what its
    script knows."""
    style, script = _style(), _resource("page.js")
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    lines = (
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="referrer" content="no-referrer">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        f"<title>{html(title)}</title>",
        f"<style>{style}</style>",
        "</head>",
        "<body>",
    )
    end = (
        f'<script type="application/json" id="data">{as_data(data or {})}</script>',
        f"<script>{script}</script>",
        "</body>",
        "</html>",
    )
    return (f"{line}\n" for line in chain(lines, body, end))


def as_data(data: Mapping[str, Any]) -> str:
    """Data as JSON in which nothing ends a script."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True).translate(_ESCAPES)


def _style() -> str:
    colors = (
        f":root{{{variables(LIGHT)}}}\n"
        f"@media screen and (prefers-color-scheme: dark){{:root{{{variables(DARK)}}}}}\n"
    )
    return colors + css({name: f"var(--{name})" for name in LIGHT}) + _resource("page.css")


def _resource(name: str) -> str:
    return files("syncer.report.html").joinpath(name).read_text("utf-8")


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
