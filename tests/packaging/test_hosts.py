"""No file of the repository names a host that packages come from: that is everybody's own setting."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
HOSTS = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("docker", "io"),
        ("ghcr", "io"),
        ("quay", "io"),
        ("gcr", "io"),
        ("crates", "io"),
    )
)


def test_no_registry_is_named() -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    found = {
        name: [host for host in HOSTS if host.encode() in (ROOT / name).read_bytes().lower()]
        for name in tracked.stdout.split("\0")
        if name and (ROOT / name).is_file()
    }
    assert found
    assert {} == {name: hosts for name, hosts in found.items() if hosts}
