"""Which queues a page shows: the search, and the statements that find them."""

import json
from dataclasses import dataclass

FOUND = r"""
FROM queues WHERE (:pattern IS NULL OR sort_key LIKE :pattern ESCAPE '\')
              AND (:ids IS NULL OR id IN (SELECT value FROM json_each(:ids)))
              AND (:divisions IS NULL
                   OR json_extract(body, '$.division.id') IN (SELECT value FROM json_each(:divisions)))
"""
COUNT = "SELECT count(*)" + FOUND
PAGE_UP = "SELECT id, body, etag" + FOUND + "ORDER BY sort_key, id LIMIT :limit OFFSET :offset"
PAGE_DOWN = "SELECT id, body, etag" + FOUND + "ORDER BY sort_key DESC, id DESC LIMIT :limit OFFSET :offset"


@dataclass(frozen=True, slots=True)
class Search:
    """Which queues a page shows: ``name`` may begin or end with ``*``; without ids or divisions, all."""

    name: str = ""
    ids: tuple[str, ...] = ()
    divisions: tuple[str, ...] = ()
    descending: bool = False

    @property
    def parameters(self) -> dict[str, str | None]:
        """What the statements above ask for: a LIKE pattern, and JSON lists of ids."""
        return {
            "pattern": _like(self.name.casefold()) if self.name else None,
            "ids": json.dumps(self.ids) if self.ids else None,
            "divisions": json.dumps(self.divisions) if self.divisions else None,
        }


def _like(name: str) -> str:
    inner = name.removeprefix("*").removesuffix("*")
    for special in "\\%_":
        inner = inner.replace(special, "\\" + special)
    return "%" * name.startswith("*") + inner + "%" * name.endswith("*")
