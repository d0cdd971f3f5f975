"""``sync export``: policy files out of what live has."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from syncer.cli.options import Output, Target, pick, report_options, target_options, watching_options
from syncer.cli.present import present
from syncer.cli.watch import Watch, pick_watch
from syncer.errors import ConfigError, PoliciesInvalid, Refused, SyncerError
from syncer.files import write_whole
from syncer.model.finding import has_errors
from syncer.report.views import Exported, Report, Skipped, WrittenFile


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which queues are exported and where to; ``only`` and ``exclude`` are globs of names."""

    folder: Path
    split: bool = False
    only: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    overwrite: bool = False


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
    from syncer.cli.live import client_for
    from syncer.model.policy import PolicySet
    from syncer.planning.export import export as exported
    from syncer.planning.gather import read_live
    from syncer.policy.load import load_settings

    loaded = load_settings(wanted.folder)
    if has_errors(loaded.findings):
        return Report("export", PoliciesInvalid.exit_code, None, loaded.findings, loaded.sources)
    with client_for(target, loaded.settings, write=False) as client:
        watch.calls = client.calls
        live = read_live(client, PolicySet(), target.dialect, with_groups=True)
    found = exported(live, wanted.only, wanted.exclude, split=wanted.split)
    if not found.files:
        raise ConfigError(
            f"none of the {len(live.queues):,} queues of live can be exported: nothing was written",
            hint="Look at the globs of --only and --exclude, and at what the credentials may see.",
        )
    paths = [wanted.folder / file.name for file in found.files]
    if not wanted.overwrite:
        _refuse_existing(paths)
    _make(wanted.folder)
    for path, file in zip(paths, found.files, strict=True):
        write_whole(path, file.text)
    files = tuple(
        WrittenFile(path.as_posix(), file.queues) for path, file in zip(paths, found.files, strict=True)
    )
    skipped = tuple(Skipped(each.queue.id, each.queue.name, each.why_not) for each in found.skipped)
    return Report("export", 0, Exported(files, skipped), loaded.findings, loaded.sources)


def _refuse_existing(paths: Iterable[Path]) -> None:
    """Before anything is written, so that it is all or nothing."""
    there = [path.as_posix() for path in paths if path.exists() or path.is_symlink()]
    if there:
        raise Refused(
            f"{', '.join(there)} exists already: nothing was written",
            hint="Name another folder, or replace the file with --overwrite.",
        )


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SyncerError(
            f"{folder} can't be made: {error.strerror or error}", hint="Name another folder."
        ) from error
