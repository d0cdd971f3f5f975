"""Validate: the policies alone, without live."""

from syncer.app.options import PolicySource
from syncer.errors import PoliciesInvalid
from syncer.report.views import ReportOf, Validated


def validate(source: PolicySource) -> ReportOf[Validated]:
    """Check schema, references, loops and capacity over all policies. Needs no network.

    The view is a ``Validated``. Where the settings have environments and the source names none, the policies
    are checked in each. The exit code is 3 where a finding is an error. Raises WrongUsage for an environment
    that the settings don't have.
    """
    from syncer.model.finding import has_errors
    from syncer.planning.gather import read_disk
    from syncer.planning.offline import check_everywhere

    disk = read_disk(source.folder, source.paths, source.environment)
    findings, headroom = check_everywhere(disk)
    queues = disk.policies.queues
    view = Validated(
        files=len(disk.policies.files),
        queues=len(queues),
        rules=sum(len(queue.rules) for queue in queues if queue.managed),
        headroom=headroom,
    )
    code = PoliciesInvalid.exit_code if has_errors(findings) else 0
    return ReportOf("validate", code, view, findings, disk.sources)
