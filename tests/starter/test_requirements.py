"""What the pipeline of a new repository installs: each package with its hashes, and the tool where known."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from syncer.starter.requirements import installed_from, requirements

ROOT = Path(__file__).parents[2]
PINNED = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"][
    "pinned"
]
HASH = "ab" * 32
URL = "https://gitlab.example.com/api/v4/projects/7/packages/pypi/files/x/syncer-1.2-py3-none-any.whl"


def written(direct_url: Any) -> str:
    return requirements("1.2", lambda: direct_url if isinstance(direct_url, str) else json.dumps(direct_url))


def required(text: str) -> list[str]:
    """The lines that name a package."""
    return [line for line in text.splitlines() if line and line[0] not in "# "]


def test_it_has_the_pinned_packages_of_the_program() -> None:
    """If it fails: make constraints, or .ci/requirements where only the extra changed."""
    command = [sys.executable, ".ci/requirements", "--print"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert requirements("1.2", lambda: None).endswith(f"\n{done.stdout}")


def test_each_package_has_a_version_and_hashes() -> None:
    text = requirements("1.2", lambda: None)
    assert len(PINNED) == len(required(text))
    for block in text.replace(" \\\n", " ").splitlines():
        if block and not block.startswith("#"):
            assert "==" in block.split()[0] and "--hash=sha256:" in block


@pytest.mark.parametrize(
    "archive", [{"hashes": {"sha256": HASH}}, {"hash": f"sha256={HASH}", "hashes": {"sha256": HASH}}]
)
@pytest.mark.parametrize("url", [URL, URL.replace("//", "//gitlab-ci-token:secret@"), f"{URL}#egg=x"])
def test_the_tool_is_in_it_if_pip_knows_its_wheel(archive: dict[str, Any], url: str) -> None:
    text = written({"url": url, "archive_info": archive})
    assert f"genesyscloud-syncer @ {URL} --hash=sha256:{HASH}" == required(text)[0]
    assert "secret" not in text


def test_a_port_stays() -> None:
    url = URL.replace("example.com", "example.com:8443")
    text = written({"url": url, "archive_info": {"hash": f"sha256={HASH}"}})
    assert f" @ {url} " in required(text)[0]


@pytest.mark.parametrize(
    "direct_url",
    [
        None,
        "",
        "{",
        "[]",
        "7",
        {"url": "file:///home/me/syncer", "dir_info": {"editable": True}},
        {"url": "https://gitlab.example.com/syncer.git", "vcs_info": {"vcs": "git"}},
        {"url": URL, "archive_info": {}},
        {"url": URL, "archive_info": {"hash": "sha256=abc"}},
        {"url": URL, "archive_info": {"hashes": {"sha256": "x\n-e ."}}},
        {"url": URL, "archive_info": {"hashes": {"sha256": "cd" * 32}, "hash": f"sha256={HASH}"}},
        {"url": URL, "archive_info": []},
        {"url": URL.replace("https", "http"), "archive_info": {"hash": f"sha256={HASH}"}},
        {"url": URL.replace(".whl", ".tar.gz"), "archive_info": {"hash": f"sha256={HASH}"}},
        {"url": f"https://a:x/{URL}", "archive_info": {"hash": f"sha256={HASH}"}},
        {"url": "https://e.com/a b.whl", "archive_info": {"hash": f"sha256={HASH}"}},
    ],
)
def test_otherwise_there_is_a_comment_to_fill_in(direct_url: Any) -> None:
    text = written(direct_url)
    assert "\n# genesyscloud-syncer==1.2 --hash=sha256:..." in text
    assert len(PINNED) == len(required(text))


def test_an_editable_install_has_no_wheel() -> None:
    """The tests run on such a tool, or on one of a wheel that was built here."""
    found = installed_from()
    assert found is None or json.loads(found)["url"].startswith("file:")


def test_without_metadata_nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("syncer.starter.requirements._PACKAGE", "no-such-package")
    assert installed_from() is None
