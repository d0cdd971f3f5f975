"""What is written at a rule in a drawing: few characters, such as ``25 → 35 %``."""

from syncer.model.change import Action, RuleChange
from syncer.model.network import Transfer
from syncer.model.rule import Rule


def share(rule: Rule) -> str:
    """``25 %``, or the word at the arrow of a rule that states no share."""
    if rule.role and rule.role.arrow:
        return rule.role.arrow
    return f"{rule.percent} %"


def step(rule: RuleChange) -> str:
    """``25 → 35 %``, ``60 → 120 s``, ``on → off``; a sign before the share of a rule that comes or goes."""
    old, new = rule.before, rule.after
    if old is None or new is None:
        return f"{'+' if rule.action is Action.CREATE else '−'} {share(rule.rule)}"
    if old.percent != new.percent:
        return f"{old.percent} → {new.percent} %"
    if old.enabled != new.enabled:
        return f"{share(new)}, {'off → on' if new.enabled else 'on → off'}"
    delayed = f", {old.delay} → {new.delay} s" if old.delay != new.delay else ""
    return f"{share(new)}{delayed}"


def brief(rule: RuleChange) -> str:
    """The same, of an update only what changes: ``60 → 120 s``."""
    old, new = rule.before, rule.after
    if old is None or new is None or old.percent != new.percent:
        return step(rule)
    if old.enabled != new.enabled:
        return "off → on" if new.enabled else "on → off"
    return f"{old.delay} → {new.delay} s" if old.delay != new.delay else share(new)


def transfer(each: Transfer) -> str:
    """What an in-queue flow transfers: ``flow Night, 12 %``, with ``perhaps`` where that is not proven."""
    measured = "" if each.share is None else f", {each.share:g} %"
    return f"{'' if each.proven else 'perhaps '}flow {each.flow}{measured}"
