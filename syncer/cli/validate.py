"""``sync validate``: the policies alone, without live."""

from typing import Any

import click

from syncer.cli.options import Output, Source, output_options, pick, source_options, watching_options
from syncer.cli.present import present
from syncer.cli.watch import pick_watch
from syncer.errors import PoliciesInvalid
from syncer.report.views import Report, Validated


@click.command(name="validate")
@source_options
@output_options
@watching_options
def command(**options: Any) -> int:
    """Check policies: schema, references, loops and capacity over the whole set. Needs no network.

    PATHS are files or folders; without one, the folder of --policies is read. Where the settings have
    environments and --env chooses none, the policies are checked in each.
    """
    source, output = pick(Source, options), pick(Output, options)
    return present("validate", output, lambda: validate(source), pick_watch(options))


def validate(source: Source) -> Report:
    """Read and check; the exit code is 3 where a finding is an error."""
    from syncer.model.finding import has_errors
    from syncer.planning.gather import read_disk
    from syncer.planning.offline import check_everywhere

    disk = read_disk(source.policies, source.paths, source.env)
    findings, headroom = check_everywhere(disk)
    queues = disk.policies.queues
    view = Validated(
        files=len(disk.policies.files),
        queues=len(queues),
        rules=sum(len(queue.rules) for queue in queues if queue.managed),
        headroom=headroom,
    )
    code = PoliciesInvalid.exit_code if has_errors(findings) else 0
    return Report("validate", code, view, findings, disk.sources)
