"""CONTRIBUTING.md against the import contract: the floors, from the top down."""

import re
import tomllib

from tests.docs.documents import ROOT, section_of


def test_the_house_has_the_floors_of_the_contract() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = project["tool"]["importlinter"]["contracts"][0]["layers"]
    picture = section_of(ROOT / "CONTRIBUTING.md", "## The house")
    places = [[_place(room, picture) for room in re.findall(r"syncer\.(\w+)", layer)] for layer in layers]
    assert all(len(set(floor)) == 1 for floor in places)
    assert sorted(floor[0] for floor in places) == [floor[0] for floor in places]


def _place(room: str, picture: str) -> int:
    """The number of the line that the room is drawn on."""
    lines = picture.split("\n")
    return next(number for number, line in enumerate(lines) if re.match(rf"  (\w+ {{2,}})*{room}\b", line))
