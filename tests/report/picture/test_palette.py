import itertools

import pytest

from syncer.report.picture.palette import DARK, LIGHT, variables

TEXT = ("ink", "dim", "bad", "warn", "good", "created", "updated", "deleted", "loop")
ON_BACKS = [
    ("bad", "bad-back"),
    ("warn", "warn-back"),
    ("good", "good-back"),
    ("ink", "panel"),
    ("dim", "panel"),
]
GRAPHICS = [
    ("edge", "background"),
    ("box", "background"),
    ("bar", "track"),
    ("tight", "track"),
    ("over", "track"),
]
RULES = ("created", "updated", "deleted", "loop", "edge")
both = pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])


def linear(color: str) -> list[float]:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def contrast(one: str, other: str) -> float:
    """The contrast of two colors, as WCAG 2 has it."""
    light, dark = sorted(
        (
            sum(w * part for w, part in zip((0.2126, 0.7152, 0.0722), linear(c), strict=True))
            for c in (one, other)
        ),
        reverse=True,
    )
    return (light + 0.05) / (dark + 0.05)


@both
def test_text_can_be_read(palette: dict[str, str]) -> None:
    pairs = [*((name, "background") for name in TEXT), *ON_BACKS]
    assert [] == [pair for pair in pairs if contrast(palette[pair[0]], palette[pair[1]]) < 4.5]


@both
def test_lines_and_bars_can_be_seen(palette: dict[str, str]) -> None:
    assert [] == [pair for pair in GRAPHICS if round(contrast(palette[pair[0]], palette[pair[1]]), 1) < 3]


@both
def test_kinds_of_rules_have_colors_of_their_own(palette: dict[str, str]) -> None:
    apart = [
        sum(abs(a - b) for a, b in zip(linear(palette[one]), linear(palette[other]), strict=True))
        for one, other in itertools.combinations(RULES, 2)
    ]
    assert min(apart) > 0.1


def test_both_name_the_same_colors() -> None:
    assert LIGHT.keys() == DARK.keys()


def test_colors_as_properties() -> None:
    assert "--ink:#1b1f24;--dim:#57606a;" == variables({"ink": "#1b1f24", "dim": "#57606a"})
