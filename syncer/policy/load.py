"""Everything that is read from disk before the checks: policies and settings, with their findings."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import Any

from syncer.model.finding import Finding, error, has_errors, in_order
from syncer.model.garbage import without_collection
from syncer.model.policy import PolicyFile, PolicyQueue, PolicySet
from syncer.model.quick_dataclass import quick_dataclass
from syncer.model.settings import Settings
from syncer.policy import schema
from syncer.policy.files import AS_THEY_ARE, SETTINGS, Files, Found, SourceFile, find, read
from syncer.policy.parse import parse_environments, parse_queues, parse_settings
from syncer.policy.parsed_files import ParsedFiles
from syncer.policy.schema import read_moment
from syncer.policy.secrets import hide
from syncer.yamlfile.decode import Lines, decode, split_lines
from syncer.yamlfile.document import Document, parse

_NOTHING = frozenset({"files.missing", "files.no-policies"})


@quick_dataclass(frozen=True, slots=True)
class Loaded:
    """Policies that were read; ``sources`` are the lines of each file by its path as findings show it.

    A file with an error adds its findings and no queues.
    """

    policies: PolicySet
    findings: tuple[Finding, ...]
    sources: Mapping[str, Sequence[str]]


@quick_dataclass(frozen=True, slots=True)
class LoadedSettings:
    """Settings that were read, or the defaults if there is no file or it has an error.

    ``environments`` are the settings of each environment, by its name.
    """

    settings: Settings
    findings: tuple[Finding, ...]
    files: tuple[PolicyFile, ...]
    sources: Mapping[str, Sequence[str]]
    environments: Mapping[str, Settings] = field(default_factory=dict)


@quick_dataclass(frozen=True, slots=True)
class _Read:
    """One file that was read and checked against its schema."""

    file: PolicyFile
    document: Document
    findings: tuple[Finding, ...]

    @property
    def is_good(self) -> bool:
        return not has_errors(self.findings)


def load_policies(paths: Sequence[Path], root: Path | None = None, on_disk: Files = AS_THEY_ARE) -> Loaded:
    """Read all policies in and below ``paths``; shown paths are relative to ``root`` (the current directory).
    ``on_disk`` finds and reads the files.

    Never raises because of a file's content: findings report it.
    """
    found = on_disk.find(tuple(paths), root or Path.cwd())
    findings = list(found.findings)
    files: list[PolicyFile] = []
    queues: list[PolicyQueue] = []
    sources: dict[str, Sequence[str]] = {}
    with without_collection():
        for file in _each_read(found, schema.POLICY, on_disk):
            if isinstance(file, Finding):
                findings.append(file)
                continue
            findings.extend(file.findings)
            files.append(file.file)
            sources[file.file.path] = file.document.lines
            if file.is_good:
                queues.extend(parse_queues(file.document))  # the data of one file at a time is in memory
    return Loaded(PolicySet(tuple(queues), tuple(files)), in_order(findings), sources)


def load_documents(directory: Path, root: Path | None = None) -> tuple[dict[str, Document], Loaded]:
    """All policy files below ``directory`` by their path within it, and the findings of loading them.

    A directory that is empty or missing causes no finding.
    """
    found = find((directory,), root or Path.cwd())
    if not found.sources and all(finding.id in _NOTHING for finding in found.findings):
        return {}, Loaded(PolicySet(), (), {})
    files, findings = _read_all(found, schema.POLICY)
    documents = {file.file.path: file.document for file in files}
    named = {
        source.path.relative_to(directory).as_posix(): documents[source.shown]
        for source in found.sources
        if source.shown in documents
    }
    return named, Loaded(PolicySet(), in_order((*found.findings, *findings)), _sources(files))


def load_places(paths: Sequence[Path], root: Path | None = None) -> tuple[dict[Path, Document], Loaded]:
    """All policy files in and below ``paths`` by their location, and the findings of loading them."""
    found = find(paths, root or Path.cwd())
    files, findings = _read_all(found, schema.POLICY)
    documents = {file.file.path: file.document for file in files if file.is_good}
    placed = {source.path: documents[source.shown] for source in found.sources if source.shown in documents}
    loaded = Loaded(PolicySet(), in_order((*found.findings, *findings)), _sources(files))
    return placed, loaded


def load_settings(directory: Path, root: Path | None = None, on_disk: Files = AS_THEY_ARE) -> LoadedSettings:
    """Read the settings at the top of ``directory``; shown paths and ``on_disk`` as in ``load_policies``."""
    found = on_disk.find_settings(directory, root or Path.cwd())
    files, findings = _read_all(found, schema.SETTINGS, on_disk)
    settings, environments = Settings(), dict[str, Settings]()
    for file in files:
        if file.is_good:
            settings, environments = parse_settings(file.document), parse_environments(file.document)
            findings += (*_backward_freezes(file.document), *_half_credentials(file.document, environments))
    hidings = {file.file.path: hide(file.document) for file in files}
    for hiding in hidings.values():
        findings = hiding.masked(findings)
    return LoadedSettings(
        settings,
        in_order((*found.findings, *findings)),
        tuple(file.file for file in files),
        {path: hiding.lines for path, hiding in hidings.items()},
        environments,
    )


def lines_of(files: Iterable[PolicyFile], root: Path | None = None) -> dict[str, tuple[str, ...]]:
    """The lines of each of these files by its path; without files that are gone or have changed."""
    base = root or Path.cwd()
    return {file.path: _lines_of(file, base) for file in files}


class LinesOf(Mapping[str, tuple[str, ...]]):
    """The lines of files by their paths, as ``lines_of`` gives them, each read on first use."""

    def __init__(self, files: Iterable[PolicyFile]) -> None:
        self._files = {file.path: file for file in files}

    def __getitem__(self, path: str) -> tuple[str, ...]:
        return lines_of((self._files[path],))[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


def _lines_of(file: PolicyFile, root: Path) -> tuple[str, ...]:
    path = root / file.path
    content = read(SourceFile(path, file.path))
    if isinstance(content, Finding) or hashlib.sha256(content).hexdigest() != file.sha256:
        return ()
    if path.name.lower() in SETTINGS:
        return hide(parse(file.path, content)).lines
    return split_lines(decode(file.path, content)[0])


def _read_all(
    found: Found, name: str, on_disk: Files = AS_THEY_ARE
) -> tuple[list[_Read], tuple[Finding, ...]]:
    files: list[_Read] = []
    findings: list[Finding] = []
    with without_collection():
        for file in _each_read(found, name, on_disk):
            if isinstance(file, Finding):
                findings.append(file)
                continue
            files.append(file)
            findings.extend(file.findings)
    return files, tuple(findings)


def _each_read(found: Found, name: str, on_disk: Files) -> Iterator[_Read | Finding]:
    """Each file, checked against the schema ``name``, or the finding that explains why it can't be read."""
    parsed = on_disk.parsed if name == schema.POLICY else None
    for source in found.sources:
        content = on_disk.read(source)
        if isinstance(content, Finding):
            yield content
        else:
            file = PolicyFile(source.shown, hashlib.sha256(content).hexdigest())
            yield _read_one(file, content, name, parsed)


def _read_one(file: PolicyFile, content: bytes, name: str, parsed: ParsedFiles | None) -> _Read:
    """One file, parsed and checked against its schema, or taken from the cache."""
    if parsed is not None and (data := parsed.find(file.sha256)) is not None:
        known = Document(file.path, Lines(file.path, content), data)
        if not schema.validate(known, name):
            return _Read(file, known, ())
    document = parse(file.path, content)
    findings = (*document.findings, *schema.validate(document, name))
    if parsed is not None and not findings:
        parsed.add(file.sha256, document.data)
    return _Read(file, document, findings)


def _sources(files: Iterable[_Read]) -> dict[str, Sequence[str]]:
    return {file.file.path: file.document.lines for file in files}


def _backward_freezes(document: Document) -> tuple[Finding, ...]:
    names = document.data.get("environments", {})
    places: list[tuple[str, ...]] = [(), *(("environments", name) for name in names)]
    return tuple(
        error(
            "settings.freeze",
            "this freeze ends before it starts",
            document.position((*place, "safety", "freeze", number, "end")),
            "swap start and end",
        )
        for place in places
        for number, freeze in enumerate(_at(document.data, (*place, "safety", "freeze")))
        if read_moment(freeze["end"]) <= read_moment(freeze["start"])
    )


def _half_credentials(document: Document, environments: Mapping[str, Settings]) -> tuple[Finding, ...]:
    """A client needs both id and secret; one of them alone is an error."""
    return tuple(
        error(
            "settings.credentials",
            "client_id and client_secret belong together, but one of them is missing",
            document.position(("environments", name, "credentials")),
            "name the variables of both",
        )
        for name, settings in environments.items()
        if bool(settings.environment.variables.client_id)
        != bool(settings.environment.variables.client_secret)
    )


def _at(data: Any, path: Iterable[str]) -> Any:
    """The list at ``path``; empty if there is none."""
    for key in path:
        data = (data or {}).get(key, ())
    return data
