"""Parsed data is what was parsed, for the very same bytes; anything that isn't whole is not known."""

from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.model.finding import Finding
from syncer.policy import parsed_files
from syncer.policy.files import AS_THEY_ARE, Files
from syncer.policy.load import Loaded, load_policies
from syncer.policy.parsed_files import ParsedFiles

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
DATA = st.dictionaries(
    st.text(),
    st.recursive(SCALARS, lambda of: st.lists(of, max_size=3) | st.dictionaries(st.text(), of, max_size=3)),
    max_size=4,
)
POLICY = """version: 1
queues:
  - queue: Q
    capacity: 10
    overflow: [{target: B, threshold: 25}, {target: Ä, threshold: 5}]
"""
DIGEST = "a" * 64


def known(folder: Path, *about: str) -> ParsedFiles:
    return ParsedFiles.kept_in(folder, about)


def the_pack(folder: Path) -> Path:
    (pack,) = folder.glob("*.jsonl")
    return pack


def load(folder: Path, parsed: ParsedFiles) -> Loaded:
    on_disk = Files(AS_THEY_ARE.find, AS_THEY_ARE.find_settings, AS_THEY_ARE.read, parsed)
    loaded = load_policies([folder / "policies"], folder, on_disk)
    parsed.keep()
    return loaded


def said(value: Any) -> str:
    """The types too: 1, 1.0 and true are not the same."""
    return repr(value)


@given(DATA)
def test_data_comes_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, data: dict[str, Any]) -> None:
    folder = tmp_path_factory.mktemp("cache")
    files = known(folder)
    files.add(DIGEST, data)
    files.keep()
    assert said(data) == said(known(folder).find(DIGEST))


@given(
    st.lists(
        st.fixed_dictionaries(
            {"queue": st.text("aß '\"#:-", min_size=1, max_size=5)},
            optional={
                "capacity": st.sampled_from(["1", "1.0", "1e3", "x"]),
                "manage": st.sampled_from("ytf"),
            },
        ),
        max_size=4,
    )
)
def test_loading_finds_the_same_with_it(
    tmp_path_factory: pytest.TempPathFactory, queues: list[dict[str, str]]
) -> None:
    folder = tmp_path_factory.mktemp("set")
    (folder / "policies").mkdir()
    entries = "".join(
        "\n  - " + "\n    ".join(f"{key}: {value}" for key, value in each.items()) for each in queues
    )
    (folder / "policies" / "a.yaml").write_text(f"version: 1\nqueues:{entries or ' []'}\n")
    anew = load_policies([folder / "policies"], folder)
    for _ in range(2):
        assert anew == load(folder, known(folder / "cache"))


def test_places_are_those_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "a.yaml").write_text(POLICY)
    places = []
    for _ in range(2):
        parsed = known(tmp_path / "cache")
        loaded = load(tmp_path, parsed)
        places.append([str(rule.position) for queue in loaded.policies.queues for rule in queue.rules])
    assert (1, 0) == (len(parsed.known), parsed.fresh)
    assert ["policies/a.yaml:5:16", "policies/a.yaml:5:44"] == places[0] == places[1]


@pytest.mark.parametrize(
    "text", [POLICY + "more: 1\n", POLICY + POLICY, "version: 1\nqueues: [{queue: yes}]\n", "\x00"]
)
def test_what_has_a_finding_is_not_kept(tmp_path: Path, text: str) -> None:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "a.yaml").write_text(text)
    loaded = load(tmp_path, known(tmp_path / "cache"))
    assert all(isinstance(each, Finding) for each in loaded.findings)
    assert bool(loaded.findings) != (tmp_path / "cache").exists()


@pytest.mark.parametrize(
    "damage",
    [
        lambda line: b"",
        lambda line: line[:-1],
        lambda line: line.replace(b'"A"', b'"B"'),
        lambda line: line[:64] + b"0" * 64 + line[128:],
        lambda line: line[64:],
        lambda line: b"\xff" * 300,
        lambda line: line[:64] + sha256(b"{").hexdigest().encode() + b"{",
        lambda line: line[:64] + sha256(b"[" * 10**5).hexdigest().encode() + b"[" * 10**5,
    ],
)
def test_a_damaged_entry_is_none(tmp_path: Path, damage: Any) -> None:
    files = known(tmp_path)
    files.add(DIGEST, {"name": "A"})
    files.add("b" * 64, {"name": "B"})
    files.keep()
    first, second = the_pack(tmp_path).read_bytes().split(b"\n")
    the_pack(tmp_path).write_bytes(damage(first) + b"\n" + second)
    again = known(tmp_path)
    assert (None, {"name": "B"}) == (again.find(DIGEST), again.find("b" * 64))


def test_other_bytes_another_program_and_other_policies_are_not_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = known(tmp_path, "policies")
    files.add(DIGEST, {})
    files.keep()
    assert known(tmp_path, "policies").find(DIGEST) == {}
    assert known(tmp_path, "policies").find("b" * 64) is None
    assert known(tmp_path, "others").find(DIGEST) is None
    monkeypatch.setattr(parsed_files, "program", list)
    assert known(tmp_path, "policies").find(DIGEST) is None


def test_what_is_no_longer_used_goes_and_nothing_new_writes_nothing(tmp_path: Path) -> None:
    files = known(tmp_path)
    files.add(DIGEST, {"name": "A"})
    files.add("b" * 64, {"name": "B"})
    files.keep()
    before = the_pack(tmp_path).stat().st_ino
    files = known(tmp_path)
    files.find(DIGEST)
    files.keep()
    assert before == the_pack(tmp_path).stat().st_ino
    files.add("c" * 64, {"name": "C"})
    files.keep()
    assert {DIGEST, "c" * 64} == set(known(tmp_path).known)


def test_a_line_about_another_file_is_none_about_this_one(tmp_path: Path) -> None:
    about = ParsedFiles.kept_in(tmp_path, ["x"])
    about.add("a" * 64, {"version": 1})
    about.keep()
    (pack,) = tmp_path.glob("*.jsonl")
    pack.write_bytes(pack.read_bytes().replace(b"a" * 64, b"b" * 64))
    assert ParsedFiles.kept_in(tmp_path, ["x"]).find("b" * 64) is None
