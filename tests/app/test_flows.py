"""What is known of published versions stays in files that may be deleted."""

from pathlib import Path

import pytest

from syncer.app.flows import FlowFiles, reading_flows
from syncer.live.architect import Sends
from syncer.live.client import connect
from syncer.live.region import credentials, endpoints
from syncer.model.settings import DEFAULTS, Settings
from tests.use_cases import CREDENTIALS

SENDS = Sends(("q1", "q2"), ("f2",), computed=True, maybe=("q3",))


def test_a_version_is_found_again_and_no_other(tmp_path: Path) -> None:
    files = FlowFiles(tmp_path, "https://api")
    assert files.find("f", "1.0") is None
    files.keep("f", "1.0", SENDS)
    assert SENDS == files.find("f", "1.0")
    others = (
        files.find("f", "2.0"),
        files.find("g", "1.0"),
        FlowFiles(files.folder, "https://o").find("f", "1.0"),
    )
    assert (None, None, None) == others


KEPT = '"format": "syncer.flow/v2", "flow": "f", "flows": [], "maybe": []'


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"format": "other"}',
        f'{{{KEPT}, "version": "1.0", "queues": "x", "computed": false}}',
        f'{{{KEPT}, "version": "1.0", "queues": [7], "computed": false}}',
        f'{{{KEPT}, "version": "2.0", "queues": [], "computed": false}}',
    ],
)
def test_what_makes_no_sense_is_not_known(tmp_path: Path, text: str) -> None:
    files = FlowFiles(tmp_path, "https://api")
    files.keep("f", "1.0", SENDS)
    (path,) = files.folder.iterdir()
    path.write_text(text)
    assert files.find("f", "1.0") is None


def test_what_can_not_be_kept_is_read_again_next_time(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    for state in (tmp_path, tmp_path / "nowhere"):
        files = FlowFiles(state, "https://api")
        files.keep("f", "1.0", SENDS)
        assert files.find("f", "1.0") is None
    assert ["cache"] == [path.name for path in tmp_path.iterdir()]


def test_settings_switch_it_off(tmp_path: Path) -> None:
    where = endpoints({}, api_url="http://127.0.0.1:9")
    with connect(where, credentials(CREDENTIALS), write=False, settings=DEFAULTS) as client:
        assert reading_flows(client, Settings(flows=False), tmp_path) is None
        assert reading_flows(client, DEFAULTS, tmp_path) is not None


def test_a_file_that_others_may_have_written_is_not_believed(tmp_path: Path) -> None:
    """A checkout may bring one: then a loop through a flow would not be seen."""
    files = FlowFiles(tmp_path, "https://api")
    files.keep("f", "1.0", Sends(("q",)))
    assert Sends(("q",)) == files.find("f", "1.0")
    (path,) = files.folder.glob("*.json")
    path.chmod(0o644)
    assert files.find("f", "1.0") is None
    path.chmod(0o600)
    files.folder.rename(tmp_path / "elsewhere")
    files.folder.symlink_to(tmp_path / "elsewhere")
    assert files.find("f", "1.0") is None
