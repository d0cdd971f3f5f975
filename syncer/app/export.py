"""Export: policy files from the live queues."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncer.app.session import Session, begun
from syncer.errors import ConfigError, PoliciesInvalid, Refused, SyncerError
from syncer.files import refuse_larger, with_line_ends_of, write_whole
from syncer.report.lookups import Exported, Skipped, WrittenFile
from syncer.report.views import ReportOf

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from syncer.adopting.export import ExportedFile
    from syncer.app.options import ExportOptions
    from syncer.app.places import LiveTarget
    from syncer.model.settings import Settings
    from syncer.planning.gather import Live


SMALLER = "Export into several files: --split, or --only and --exclude into folders of their own."


def export(
    options: ExportOptions, target: LiveTarget, *, session: Session | None = None
) -> ReportOf[Exported]:
    """List the live queues once, and write their policies, with capacities left to fill in. The organization
    is only read.

    The view is an ``Exported``; it is None, and the exit code 3, if settings or files in the folder can't be
    read. Raises Refused if a file already exists and is neither to be overwritten nor updated, or can't be
    updated; WrongUsage if no queue matches one of the globs; ConfigError, AuthError, LiveError, and
    SyncerError if a file can't be written.
    """
    session = begun(session)
    return session.ended(_export(options, target, session))


def _export(options: ExportOptions, target: LiveTarget, session: Session) -> ReportOf[Exported]:
    from syncer.adopting.export import export as exported
    from syncer.adopting.export import refresh
    from syncer.model.finding import has_errors
    from syncer.planning.disk import environment_of, lacking_capacities, read_disk
    from syncer.policy.load import load_documents, load_settings
    from syncer.resolving.reference_findings import partial_view
    from syncer.resolving.select import refuse_unfit_in_live

    loaded_settings = load_settings(options.folder)
    there, loaded = load_documents(options.folder)
    findings = (*loaded_settings.findings, *(loaded.findings if options.update else ()))
    sources = {**loaded_settings.sources, **loaded.sources}
    if has_errors(findings):
        return ReportOf("export", PoliciesInvalid.exit_code, None, findings, sources)
    settings = loaded_settings.settings
    if options.environment:
        settings = environment_of(loaded_settings.environments, options.environment)
    live = _listed(target, settings, session)
    _warn_of_stops(options, live, session)
    refuse_unfit_in_live((*options.only, *options.exclude), live.queues)
    if options.update:
        found = refresh(
            *(live, there, options.only, options.exclude, settings.ignore),
            split=options.split,
            environment=settings.environment.name,
        )
    else:
        found = exported(live, options.only, options.exclude, split=options.split)
    if not found.files and not (options.update and there):
        raise ConfigError(
            f"none of the {len(live.queues):,} live queues can be exported: nothing was written",
            hint="Check the globs of --only and --exclude, and which queues the credentials can see.",
        )
    files = _written(found.files, options)
    skipped = tuple(Skipped(each.queue.id, each.queue.name, each.why_not) for each in found.skipped)
    lacking = lacking_capacities(read_disk(options.folder, (), options.environment))
    view = Exported(files, skipped, lacking, update=options.update)
    return ReportOf("export", 0, view, (*findings, *partial_view(live.view)), sources)


def _listed(target: LiveTarget, settings: Settings, session: Session) -> Live:
    """All live data that policies can describe."""
    from syncer.app.connection import client_for, dialect_of
    from syncer.model.policy import PolicySet
    from syncer.planning.gather import read_live

    with client_for(target, settings, session) as client:
        return read_live(client, PolicySet(), dialect_of(target, settings), with_groups=True)


def _warn_of_stops(options: ExportOptions, live: Live, session: Session) -> None:
    """Warn once per stop that what it removed isn't live, and so isn't written either."""
    from syncer.app.known_exceptions import exceptions_in
    from syncer.audit.exceptions import STOP, exceptions_at
    from syncer.model.settings import ApiLocation
    from syncer.planning.exceptions import held_of

    known = exceptions_in(options.state_dir, session.warnings.append)
    for each in exceptions_at(known, ApiLocation(live.api, live.organization)):
        if each.kind == STOP:
            words = held_of(each, session.now()).in_words()
            session.warnings.append(f"{words}: its live rules are off, and are written that way")


def _written(files: Sequence[ExportedFile], options: ExportOptions) -> tuple[WrittenFile, ...]:
    """Write all files into the folder, or none if one is too large to be read again.

    An updated file keeps its line ends.
    """
    from syncer.yamlfile.decode import MOST_BYTES

    if not (options.overwrite or options.update):
        _refuse_existing(options.folder / file.name for file in files)
    texts = {}
    for file in files:
        path = options.folder / file.name
        texts[path] = with_line_ends_of(path, file.text) if options.update else file.text
        refuse_larger(path, texts[path], MOST_BYTES, SMALLER)
    _make(options.folder)
    for path, text in texts.items():
        write_whole(path, text)
    return tuple(
        WrittenFile((options.folder / file.name).as_posix(), file.queues, file.updated, file.added)
        for file in files
    )


def _refuse_existing(paths: Iterable[Path]) -> None:
    """Refuse before anything is written, so that it is all or nothing."""
    there = [path.as_posix() for path in paths if path.exists() or path.is_symlink()]
    if there:
        raise Refused(
            f"{', '.join(there)} already exists: nothing was written",
            hint="--update brings the rules up to date and keeps figures and comments; --overwrite does not.",
        )


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SyncerError(
            f"{folder} can't be made: {error.strerror or error}", hint="Name another folder."
        ) from error
