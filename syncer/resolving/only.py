"""``only:`` of a policy's queue: do the settings have the environments that it names?"""

from collections.abc import Collection, Iterator

from syncer.model.finding import Finding, Severity, meant, quoted
from syncer.model.policy import PolicySet
from syncer.model.queue import Nearest

_ID = "references.environment"


def unknown_environments(policies: PolicySet, known: Collection[str]) -> Iterator[Finding]:
    """An error for each environment that ``policies`` name and the settings (``known``) don't have."""
    nearest = Nearest(known)
    for queue in policies.queues:
        for each in queue.only:
            if each.name in known:
                continue
            near = nearest.find(each.name)
            if near:
                tip = meant(each.name, near)
            elif known:
                tip = f"name one of {', '.join(known)}, or remove it"
            else:
                tip = "name the environments under environments: in settings.yaml, or remove only:"
            said = f"{quoted(str(queue.queue))} counts in {quoted(each.name)} only"
            have = "which the settings don't have" if known else "and the settings have no environments"
            yield Finding(_ID, Severity.ERROR, f"{said}, {have}", each.position, tip)
