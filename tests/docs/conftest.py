"""What tests of the documents share: the shipped policies, and an emulator of their organization."""

import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from syncer.emulator.loading import demo_queues, demo_surroundings
from syncer.emulator.server import Emulator
from tests.docs.documents import ROOT


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The shipped policies in a folder, and an emulator of their organization, which need not be spared."""
    shutil.copytree(ROOT / "policies", tmp_path / "policies")
    settings = tmp_path / "policies" / "settings.yaml"
    settings.write_text(re.sub(r"(requests_per_second|burst): \d+", r"\1: 1000", settings.read_text()))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("GENESYSCLOUD_OAUTHCLIENT_ID", "demo")
    monkeypatch.setenv("GENESYSCLOUD_OAUTHCLIENT_SECRET", "demo")
    with Emulator(queues=demo_queues(), surroundings=demo_surroundings(), rate_limit=1_000_000) as emulator:
        monkeypatch.setenv("SYNCER_API_URL", emulator.url)
        yield tmp_path
