"""The generic package registry of the stand-in: versions with one file each, as strict as GitLab."""

import re
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

_NAME = re.compile(r"[A-Za-z0-9._+-]+", re.ASCII)


@dataclass
class Registry:
    """Files by package and version, the newest last. ``elsewhere`` is where GitLab sends who asks for one."""

    files: dict[tuple[str, str], bytes] = field(default_factory=dict)
    elsewhere: str = ""
    job_token: str = "job-token-of-the-stand-in"
    seen: list[tuple[str, str]] = field(default_factory=list)

    def listed(self, wanted: str) -> list[Json]:
        """All packages whose name contains ``wanted``, as GitLab finds them, the newest first."""
        found = [
            {"id": number, "name": name, "version": version, "package_type": "generic"}
            for number, (name, version) in enumerate(self.files, 1)
            if wanted in name
        ]
        return found[::-1]

    def answer(self, method: str, path: list[str], body: bytes) -> tuple[int, Json | bytes]:
        """Status and body for a call below ``packages/generic``."""
        match method, path:
            case _, [name, version, "record.json"] if not (
                _NAME.fullmatch(name) and _NAME.fullmatch(version)
            ):
                return 400, {"error": "package_name is invalid"}
            case "PUT", [name, version, "record.json"]:
                if (name, version) in self.files:
                    return 403, {"message": "403 Forbidden - Package already exists"}
                self.files[name, version] = body
                return 201, {"message": "201 Created"}
            case "GET", [name, version, "record.json"] if (name, version) in self.files:
                return 200, self.files[name, version]
        return 404, {"message": "404 Not Found"}
