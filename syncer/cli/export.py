"""``sync export``: policy files out of what live has."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from syncer.cli.options import (
    Output,
    Target,
    env_option,
    pick,
    report_options,
    target_options,
    watching_options,
)
from syncer.cli.present import present
from syncer.cli.watch import Watch, pick_watch
from syncer.errors import ConfigError, PoliciesInvalid, Refused, SyncerError, WrongUsage
from syncer.files import refuse_larger, write_whole
from syncer.model.finding import has_errors
from syncer.report.views import Exported, Report, Skipped, WrittenFile

if TYPE_CHECKING:
    from syncer.adopting.export import ExportedFile

SMALLER = "Export into several files: --split, or --only and --exclude into folders of their own."


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which queues are exported and where to; ``only`` and ``exclude`` are globs of names."""

    folder: Path
    split: bool = False
    only: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    overwrite: bool = False
    update: bool = False
    env: str = ""

    def __post_init__(self) -> None:
        if self.overwrite and self.update:
            raise WrongUsage("--overwrite and --update don't go together", hint="Choose one of them.")


@click.command(name="export")
@click.option(
    "--output",
    "folder",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the policy files; made where it is missing.",
)
@click.option("--split", is_flag=True, help="One file a division, in place of queues.yaml.")
@click.option("--only", metavar="GLOB", multiple=True, help="Only queues with such a name. May be repeated.")
@click.option("--exclude", metavar="GLOB", multiple=True, help="No queues with such a name. May be repeated.")
@click.option("--overwrite", is_flag=True, help="Replace files that are there already.")
@click.option("--update", is_flag=True, help="Change the rules in files that are there already, in place.")
@env_option
@target_options
@report_options
@watching_options
def command(**options: Any) -> int:
    """Write policies out of what live has, with capacities left to be filled in. Live is only read."""
    wanted, target, output = pick(Wanted, options), pick(Target, options), pick(Output, options)
    watch = pick_watch(options)
    return present("export", output, lambda: export(wanted, target, watch), watch)


def export(wanted: Wanted, target: Target, watch: Watch) -> Report:
    """List live once, and write its policies. Settings that stand in the folder count."""
    from syncer.adopting.export import export as exported
    from syncer.adopting.export import refresh
    from syncer.cli.live import client_for, dialect_of
    from syncer.model.policy import PolicySet
    from syncer.planning.gather import environment_of, read_live
    from syncer.policy.load import load_documents, load_settings

    loaded_settings = load_settings(wanted.folder)
    there, loaded = load_documents(wanted.folder)
    findings = (*loaded_settings.findings, *(loaded.findings if wanted.update else ()))
    sources = {**loaded_settings.sources, **loaded.sources}
    if has_errors(findings):
        return Report("export", PoliciesInvalid.exit_code, None, findings, sources)
    settings = loaded_settings.settings
    if wanted.env:
        settings = environment_of(loaded_settings.environments, wanted.env)
    with client_for(target, settings, write=False) as client:
        watch.calls = client.calls
        live = read_live(client, PolicySet(), dialect_of(target, settings), with_groups=True)
    if wanted.update:
        found = refresh(live, there, wanted.only, wanted.exclude, settings.ignore, split=wanted.split)
    else:
        found = exported(live, wanted.only, wanted.exclude, split=wanted.split)
    if not found.files and not (wanted.update and there):
        raise ConfigError(
            f"none of the {len(live.queues):,} queues of live can be exported: nothing was written",
            hint="Look at the globs of --only and --exclude, and at what the credentials may see.",
        )
    if not (wanted.overwrite or wanted.update):
        _refuse_existing(wanted.folder / file.name for file in found.files)
    files = _written(found.files, wanted)
    skipped = tuple(Skipped(each.queue.id, each.queue.name, each.why_not) for each in found.skipped)
    return Report("export", 0, Exported(files, skipped), findings, sources)


def _written(files: "Sequence[ExportedFile]", wanted: Wanted) -> tuple[WrittenFile, ...]:
    """Write all files, or none where one is larger than is read again."""
    from syncer.yamlfile.decode import MOST_BYTES

    texts = {}
    for file in files:
        path = wanted.folder / file.name
        texts[path] = with_line_ends_of(path, file.text) if wanted.update else file.text
        refuse_larger(path, texts[path], MOST_BYTES, SMALLER)
    _make(wanted.folder)
    for path, text in texts.items():
        write_whole(path, text)
    return tuple(WrittenFile((wanted.folder / file.name).as_posix(), file.queues) for file in files)


def _refuse_existing(paths: Iterable[Path]) -> None:
    """Before anything is written, so that it is all or nothing."""
    there = [path.as_posix() for path in paths if path.exists() or path.is_symlink()]
    if there:
        raise Refused(
            f"{', '.join(there)} exists already: nothing was written",
            hint="--update brings the rules up to date and keeps figures and comments; --overwrite does not.",
        )


def with_line_ends_of(path: Path, text: str) -> str:
    """``text`` with the line ends that a file has now."""
    windows = path.exists() and b"\r\n" in path.read_bytes()
    return text.replace("\n", "\r\n") if windows else text


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SyncerError(
            f"{folder} can't be made: {error.strerror or error}", hint="Name another folder."
        ) from error
