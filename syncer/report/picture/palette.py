"""The colors of pictures and pages. Each stands out from its background by 4.5 : 1 (bars by 3 : 1), and no
two kinds of rules differ by color alone."""

from typing import Final

LIGHT: Final = {
    "background": "#ffffff",
    "panel": "#f6f8fa",
    "ink": "#1b1f24",
    "dim": "#57606a",
    "edge": "#6e7781",
    "box": "#57606a",
    "bad": "#a40e26",
    "bad-back": "#ffebe9",
    "warn": "#7a4b00",
    "warn-back": "#fff4d6",
    "good": "#0a5c36",
    "good-back": "#e3f6ea",
    "created": "#0a7d4f",
    "updated": "#0a5fd0",
    "deleted": "#a8480a",
    "loop": "#7d0a3c",
    "track": "#e4e8ec",
    "bar": "#4a7fb5",
    "tight": "#b87700",
    "over": "#c4003a",
    "foreign": "#eceff2",
}

DARK: Final = {
    "background": "#0d1117",
    "panel": "#161b22",
    "ink": "#e6edf3",
    "dim": "#9aa4af",
    "edge": "#8b949e",
    "box": "#8b949e",
    "bad": "#ff8f88",
    "bad-back": "#3c1418",
    "warn": "#f2c14e",
    "warn-back": "#3a2c06",
    "good": "#6ee7a0",
    "good-back": "#0f2e1c",
    "created": "#52e099",
    "updated": "#9cc8ff",
    "deleted": "#ffa657",
    "loop": "#ff335c",
    "track": "#30363d",
    "bar": "#5b9bd5",
    "tight": "#e0a52e",
    "over": "#ff6b8a",
    "foreign": "#21262d",
}


def variables(palette: dict[str, str]) -> str:
    """The colors as properties of CSS: ``--ink:#1b1f24;``."""
    return "".join(f"--{name}:{value};" for name, value in palette.items())
