"""What each finding means and what to do: ``explanations.toml``, which ``docs/checks.md`` agrees with."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from syncer.model.finding import Severity
from syncer.model.json_reader import parsed
from syncer.model.queue import Nearest, fits
from syncer.policy.schema import SETTINGS, schema_text

MOST_NEAR: Final = 3
_FILE: Final = Path(__file__).with_name("explanations.toml")


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the finding ``id`` means, and the ``remedy``.

    ``severity`` is the usual one, and ``severity_note`` says when it is another; ``changeable`` is whether
    the settings may change it. ``meaning``, ``remedy`` and ``severity_note`` are the program's own Markdown
    without links; ``example`` is a message, or empty.
    """

    id: str
    severity: Severity
    meaning: str
    remedy: str
    severity_note: str = ""
    example: str = ""
    changeable: bool = False

    @property
    def summary(self) -> str:
        """The first sentence of the meaning."""
        return self.meaning.partition(". ")[0].rstrip(".") + "."

    @property
    def severity_in_words(self) -> str:
        """``error; warning if the queue is not managed``."""
        return "; ".join(filter(None, (self.severity.value, self.severity_note)))

    @property
    def setting(self) -> str:
        """The path of the setting that changes the severity, or empty: ``checks.capacity.tight``."""
        return f"checks.{self.id}" if self.changeable else ""


def explanations() -> tuple[Explanation, ...]:
    """All explanations, in the order of the document."""
    changeable = parsed(schema_text(SETTINGS).encode())["$defs"]["checks"]["properties"]
    entries = tomllib.loads(_FILE.read_text("utf-8"))
    return tuple(
        Explanation(
            id=name,
            severity=Severity(entry["severity"]),
            meaning=entry["meaning"],
            remedy=entry["remedy"],
            severity_note=entry.get("severity_note", ""),
            example=entry.get("example", ""),
            changeable=name in changeable,
        )
        for name, entry in entries.items()
    )


def selected(known: Sequence[Explanation], asked: str) -> tuple[Explanation, ...]:
    """Those with the id ``asked``, else those whose id begins with it or fits it as a glob.

    Upper and lower case are the same, and the colon that follows an id in a report is left out.
    """
    wanted = _plain(asked)
    exact = tuple(each for each in known if each.id.casefold() == wanted)
    return exact or tuple(
        each for each in known if each.id.casefold().startswith(wanted) or fits(each.id.casefold(), [wanted])
    )


def nearest(known: Sequence[Explanation], asked: str) -> tuple[str, ...]:
    """Up to three ids near to ``asked``: those that contain it, else those that are spelled alike.

    What follows the dot is an id too.
    """
    wanted = _plain(asked)
    ids = [each.id for each in known]
    near = [each for each in ids if wanted in each.casefold()]
    if not near:
        names = {each: each for each in ids}
        for each in ids:
            names.setdefault(each.partition(".")[2], each)
        while len(near) < MOST_NEAR and (found := Nearest(names).find(wanted)):
            near.append(names[found])
            names = {name: each for name, each in names.items() if each not in near}
    return tuple(near[:MOST_NEAR])


def _plain(asked: str) -> str:
    return asked.strip().removesuffix(":").casefold()
