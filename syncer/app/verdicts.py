"""Recent results of validation, kept next to the policies: unchanged files aren't checked again.

An entry is for the exact bytes of all policies and settings, one environment and one program. It has the
findings, and no content of the policies: a plan is never made from it, and no apply uses it.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from syncer import __version__
from syncer.app.places import PolicySource
from syncer.errors import PoliciesInvalid, SyncerError
from syncer.model.finding import Finding, has_errors
from syncer.model.json_reader import parsed
from syncer.model.json_values import one_line
from syncer.model.policy import PolicyFile
from syncer.model.quick_dataclass import quick_dataclass
from syncer.policy.cache_folder import CacheFolder, program
from syncer.policy.files import Files
from syncer.policy.parsed_files import ParsedFiles
from syncer.policy.schema import POLICY, SETTINGS, schema_text
from syncer.report.views import ReportOf, Validated

_FORMAT: Final = "syncer.validated/v2"

_COUNTS: Final = ("files", "queues", "rules")
_NAMES: Final = ("undescribed", "environments")

WORTH: Final = 256 * 1024
"""Bytes of policies below which checking them takes no longer than the start of the program."""

MOST_ENTRIES: Final = 32
_MOST_BYTES: Final = 16 * 1024 * 1024


Checked = tuple[ReportOf[Validated], tuple[PolicyFile, ...]]
"""A report, and the files that were read for it: settings, then policies."""


@quick_dataclass(frozen=True, slots=True)
class Verdicts:
    """The verdicts in ``folder``, which is safe to delete. What can't be read there is checked again, and
    what can't be written is checked again the next time."""

    folder: Path
    source: PolicySource

    def validated(self, files: Files, check: Callable[[Files], Checked]) -> ReportOf[Validated]:
        """The report on these files: the known one, else the one that ``check`` makes."""
        read = self._read_files(files)
        if not read:
            return check(files)[0]
        key = self._key(read)
        known = self._known(key, read)
        if known:
            return known
        parsed = ParsedFiles.kept_in(self.folder, self._about())
        report, checked = check(replace(files, parsed=parsed))
        parsed.keep()
        if read == checked:
            self._keep(key, report)
        return report

    def _read_files(self, files: Files) -> tuple[PolicyFile, ...] | None:
        """Settings, then policies; None if one can't be read, or if they are small in total."""
        root = Path.cwd()
        found = (
            files.find_settings(self.source.folder, root),
            files.find(self.source.paths or (self.source.folder,), root),
        )
        read = [(source.shown, files.read(source)) for each in found for source in each.sources]
        contents = [(shown, content) for shown, content in read if isinstance(content, bytes)]
        whole = len(contents) == len(read) and not any(each.findings for each in found)
        if not whole or sum(len(content) for _, content in contents) < WORTH:
            return None
        return tuple(PolicyFile(shown, sha256(content).hexdigest()) for shown, content in contents)

    def _known(self, key: str, files: tuple[PolicyFile, ...]) -> ReportOf[Validated] | None:
        from syncer.model.well_typed import well_typed
        from syncer.planning.read_finding import finding_of, headroom_of
        from syncer.policy.load import LinesOf

        try:
            document = parsed(self._entries.read(key), decimals=False)
            if (document["format"], document["key"]) != (_FORMAT, key):
                return None
            findings = tuple(finding_of(each) for each in document["findings"])
            counts = {name: document[name] for name in _COUNTS}
            facts: dict[str, Any] = {**counts, **{name: _names(document[name]) for name in _NAMES}}
            view = Validated(**facts, headroom=headroom_of(document["headroom"]))
        except (OSError, SyncerError, ValueError, KeyError, TypeError, AttributeError):
            return None
        if not (all(map(well_typed, findings)) and well_typed(view.headroom) and _are_counts(counts)):
            return None
        return report_on(view, findings, LinesOf(files))

    def _keep(self, key: str, report: ReportOf[Validated]) -> None:
        view = report.view
        document = {
            "format": _FORMAT,
            "key": key,
            **{name: getattr(view, name) for name in (*_COUNTS, *_NAMES)},
            "headroom": view.headroom.as_json() if view else None,
            "findings": [finding.as_json() for finding in report.findings],
        }
        self._entries.keep(key, f"{one_line(document)}\n".encode())

    @property
    def _entries(self) -> CacheFolder:
        return CacheFolder(self.folder, ".json", MOST_ENTRIES, _MOST_BYTES)

    def _key(self, files: Iterable[PolicyFile]) -> str:
        """Everything that a verdict depends on."""
        source = self.source
        about = [
            [__version__, program(), schema_text(POLICY), schema_text(SETTINGS)],
            [source.environment, [path.as_posix() for path in source.paths]],
            [[file.path, file.sha256] for file in files],
        ]
        return sha256(json.dumps(about).encode()).hexdigest()

    def _about(self) -> list[str]:
        """What parsed files depend on, and which ones they are."""
        return [schema_text(POLICY), *(path.as_posix() for path in (self.source.folder, *self.source.paths))]


def report_on(
    view: Validated, findings: tuple[Finding, ...], sources: Mapping[str, Sequence[str]]
) -> ReportOf[Validated]:
    """The report of a validation; ``sources`` are as in ``Report``."""
    code = PoliciesInvalid.exit_code if has_errors(findings) else 0
    return ReportOf("validate", code, view, findings, sources)


def _names(said: Any) -> tuple[str, ...]:
    """A list of names. Raises TypeError for anything else."""
    if type(said) is not list or not all(type(name) is str for name in said):
        raise TypeError
    return tuple(said)


def _are_counts(counts: Mapping[str, Any]) -> bool:
    return all(type(count) is int and count >= 0 for count in counts.values())
