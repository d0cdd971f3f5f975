"""Settings that several tests read, and how a folder gets its files."""

from pathlib import Path

ENVIRONMENTS = """version: 1
pace: {requests_per_second: 2, burst: 3}
dialect: overflow-rules
environments:
  test:
  prod:
    region: eu-central-1
    organization: an-id
    credentials: {access_token: PROD_TOKEN}
    pace: {burst: 9}
    dialect: genesys-cloud
    safety: {freeze: [{start: 2026-12-27T00:00:00Z, end: 2026-12-24T00:00:00Z, reason: x}]}
    queues:
      - queue: {id: x-1}
        capacity: 90
        overflow: [{target: B, threshold: 30}]
"""


def write(folder: Path, **files: str) -> None:
    """Write ``NAME.yaml`` for each name."""
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text)
