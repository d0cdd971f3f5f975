"""An audit entry in words. Whoever edited the trail may have put anything into it."""

from collections.abc import Iterator, Mapping
from typing import Any

from syncer.model.group import GROUP, Group
from syncer.model.rule import Kind


def rule_step(entry: Mapping[str, Any]) -> str:
    """A rule before and after, in words."""
    names = dict(_group_names(entry.get("groups")))
    return f"{_image(entry.get('before'), names)} ⇒ {_image(entry.get('after'), names)}"


def _group_names(groups: Any) -> Iterator[tuple[str, str]]:
    """Ids and names of the groups that an entry tells of; older ones tell of none."""
    for group in groups if isinstance(groups, list) else ():
        said = group if isinstance(group, Mapping) else {}
        id_ = str(said.get("id", ""))
        yield id_, Group(id_, str(said.get("name", "")), str(said.get("type", GROUP))).label


def _image(rule: Any, names: Mapping[str, str]) -> str:
    if not isinstance(rule, Mapping):
        return "none"
    if rule.get("kind") == Kind.BACKUP.value:
        return f"backup after {rule.get('agent_wait')} s" if rule.get("wait_for_agent") else "backup at once"
    if rule.get("kind") == Kind.GROUPS.value:
        when = f"{rule.get('metric')} {rule.get('operator')} {rule.get('value')}"
        groups = rule.get("groups")
        ids = map(str, groups) if isinstance(groups, list) else ()
        named = ", ".join(names.get(id_, id_) for id_ in ids) or "none"
        return f"groups {rule.get('place')}: {named} when {when}, after {rule.get('wait')} s"
    if rule.get("kind") == Kind.OWNER.value:
        return f"managed by {rule.get('owner')}"
    switched_off = "" if rule.get("enabled") else " (disabled)"
    return f"{rule.get('threshold')} % after {rule.get('delay')} s{switched_off}"
