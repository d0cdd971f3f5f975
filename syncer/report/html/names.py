"""Names of queues as links: to the box in the drawing, or to the network where it isn't drawn."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from syncer.model.rule import Rule
from syncer.report.escape import html
from syncer.report.picture.model import Picture

NETWORK = "network"


@dataclass(frozen=True, slots=True)
class Names:
    """The names of queues by their keys, the ids of their elements, and the keys of those that are drawn."""

    names: Mapping[str, str]
    ids: Mapping[str, str]
    drawn: Collection[str] = frozenset()

    @classmethod
    def of(cls, whole: Picture, part: Picture) -> "Names":
        """The names of the ``whole``, of which a ``part`` is drawn."""
        names = {box.key: box.name for box in whole.boxes}
        ids = {box.key: f"q{number}" for number, box in enumerate(whole.boxes)}
        return cls(names, ids, frozenset(part.by_key))

    def link(self, key: str, name: str = "") -> str:
        """The name of a queue as HTML; ``name`` is what it is called where its key is not known."""
        shown = html(self.names.get(key) or name or key)
        if key not in self.ids:
            return f'<span class="queue">{shown}</span>'
        id_ = self.ids[key]
        where = id_ if key in self.drawn else NETWORK
        return f'<a class="queue" href="#{where}" data-q="{id_[1:]}">{shown}</a>'


NO_NAMES = Names({}, {})


def target(rule: Rule, key: str, name: str, names: Names) -> str:
    """Where a rule leads, as HTML: ``→ Support Tier 2`` as a link, else what the rule is called."""
    label = html(rule.label(name))
    return label.replace(html(name), names.link(key, name), 1) if key and name else label
