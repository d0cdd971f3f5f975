"""docs/emulator.md against a running emulator: its endpoints, and the kinds of its faults."""

import re

import requests

from syncer.emulator.faults import AUDIT_DELAY, DENY, DIVISIONS, KINDS, STALE
from syncer.emulator.server import Emulator
from tests.docs.documents import ROOT, rows

PAGE = ROOT / "docs" / "emulator.md"


def test_every_endpoint_that_is_named_is_there(emulator: Emulator) -> None:
    grant = {"grant_type": "client_credentials"}
    token = requests.post(f"{emulator.url}/oauth/token", data=grant, auth=("demo", "demo"), timeout=60).json()
    headers = {"Authorization": f"Bearer {token['access_token']}"}
    sections = ("## Endpoints", "## Inspect the emulator")
    named = [pair for part in sections for row in rows(PAGE, part) for pair in _endpoints(row[0])]
    for method, path in named:
        url = emulator.url + path.replace("{id}", "any")
        assert method in requests.options(url, headers=headers, timeout=60).headers["Allow"], path


def test_every_kind_of_fault_is_documented() -> None:
    cells = " ".join(row[0] for row in rows(PAGE, "## Faults"))
    assert {*KINDS, "latency", STALE, AUDIT_DELAY, DIVISIONS, DENY, "seed"} == {
        name.partition("=")[0] for name in re.findall(r"`([^`]+)`", cells)
    }


def _endpoints(cell: str) -> list[tuple[str, str]]:
    return re.findall(r"`([A-Z]+) ([^`]+)`", cell)
