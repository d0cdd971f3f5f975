"""What is exported of live, and what a plan makes of it."""

from collections.abc import Iterable, Sequence
from typing import Any

from syncer.adopting.export import Export, export
from syncer.kinds.registry import OVERFLOW_RULES
from syncer.model.finding import Finding
from syncer.model.plan import Plan
from syncer.model.policy import PolicySet
from syncer.model.queue import Group
from syncer.model.rule import Dialect
from syncer.planning.build import Inputs, build_plan
from syncer.planning.gather import Live, read_live
from syncer.policy.parse import parse_queues
from syncer.policy.schema import POLICY, validate
from syncer.yamlfile.document import parse
from tests.organizations import API, NOW, Raw
from tests.organizations import Live as Listing


def read(raws: Iterable[Raw], usual: Dialect = OVERFLOW_RULES, groups: Sequence[Group] | None = None) -> Live:
    """Live as an export reads it."""
    listed = read_live(Listing(raws, usual), PolicySet(), with_groups=True)
    if groups is None:
        return listed
    return Live(listed.api, listed.queues, listed.lock, listed.dialect, tuple(groups))


def loaded(made: Export) -> tuple[PolicySet, list[Finding]]:
    """The policies of exported files, and what is wrong with them."""
    queues: list[Any] = []
    findings: list[Finding] = []
    for file in made.files:
        document = parse(file.name, file.text.encode())
        findings += (*document.findings, *validate(document, POLICY))
        queues += parse_queues(document)
        assert file.queues == len(document.data["queues"])
    return PolicySet(tuple(queues)), findings


def replanned(made: Export, live: Live) -> Plan:
    """The plan of what was exported."""
    wanted, findings = loaded(made)
    assert [] == findings
    inputs = Inputs(wanted, live.queues, API, live.lock, dialect=live.dialect, groups=live.groups)
    return build_plan(inputs, NOW)


def text_of(*raws: Raw, usual: Dialect = OVERFLOW_RULES) -> str:
    (file,) = export(read(raws, usual)).files
    return file.text


def reasons(*raws: Raw, groups: Sequence[Group] | None = None) -> dict[str, str]:
    """Why queues were skipped, by name; and a plan of the rest changes nothing."""
    live = read(raws, groups=groups)
    made = export(live)
    assert () == replanned(made, live).changes
    return {each.queue.name: each.why_not for each in made.skipped}
