"""CONTRIBUTING.md against the tree: the layers of the import contract, and every path that it names."""

import re
import tomllib

from tests.docs.documents import ROOT, section_of

DOCUMENT = ROOT / "CONTRIBUTING.md"
TEXT = DOCUMENT.read_text(encoding="utf-8")
BASES = (ROOT / "syncer", ROOT)


def test_the_picture_has_the_layers_of_the_contract() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = project["tool"]["importlinter"]["contracts"][0]["layers"]
    picture = section_of(DOCUMENT, "## The layers")
    places = [[_place(room, picture) for room in re.findall(r"syncer\.(\w+)", layer)] for layer in layers]
    assert all(len(set(layer)) == 1 for layer in places)
    assert sorted(layer[0] for layer in places) == [layer[0] for layer in places]


def test_every_path_exists() -> None:
    """Below the package, or from the root; one with a placeholder in capitals does not exist yet."""
    named = re.findall(r"`([\w./-]+/[\w./-]*|[\w.-]+\.py)`", TEXT)
    paths = {path for path in named if not re.search(r"[A-Z]{2}", path)}
    assert {"checks/__init__.py", "docs/policies.md", "program_name.py", "tests/scenarios"} <= paths
    assert [] == sorted(path for path in paths if not any((base / path).exists() for base in BASES))


def test_every_module_of_the_flow_exists() -> None:
    flow = section_of(DOCUMENT, "## How data flows")
    rooms = "|".join(path.parent.name for path in (ROOT / "syncer").glob("*/__init__.py"))
    named = set(re.findall(rf"\b(?:{rooms})\.[a-z_]+\b", flow))
    assert {"planning.diff", "drift.three_way"} <= named
    modules = {name: ROOT / "syncer" / f"{name.replace('.', '/')}.py" for name in named}
    assert [] == sorted(name for name, path in modules.items() if not path.is_file())


def _place(room: str, picture: str) -> int:
    """The number of the line that the room is drawn on."""
    lines = picture.split("\n")
    return next(number for number, line in enumerate(lines) if re.match(rf"  (\w+ {{2,}})*{room}\b", line))
