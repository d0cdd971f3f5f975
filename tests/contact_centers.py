"""Contact centers of any size out of a seed, and a change as people make them: some of it goes wrong."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from syncer.model.plan import Plan
from syncer.model.policy import PolicySet
from syncer.planning.build import base_of, build_plan
from tests.organizations import NOW, Raw, inputs_over, overflow, policies, policy, raw, rule

PRODUCTS = ("Sales", "Support", "Billing", "Claims", "Returns", "Mortgages", "Cards", "Insurance", "Fleet")
PLACES = ("Berlin", "Hamburg", "Wien", "Zürich", "Praha", "Kraków", "Budapest", "Amsterdam", "Lyon", "Torino")
TIERS = ("Tier 1", "Tier 2", "Specialists", "Evening and weekend")

Shares = Mapping[str, Mapping[str, int]]
"""By the name of a queue the percentages that it sends to others."""


@dataclass(frozen=True)
class Center:
    """The names of all queues, what is known of them, and what they send before and after a change."""

    names: tuple[str, ...]
    capacity: Mapping[str, float]
    load: Mapping[str, float]
    before: Shares
    after: Shares
    unmanaged: frozenset[str]

    def policies(self, shares: Shares) -> PolicySet:
        """The policies that say so."""
        return policies(
            *(
                policy(
                    name,
                    *(rule(target, share) for target, share in shares.get(name, {}).items()),
                    capacity=self.capacity[name],
                    base_load=self.load[name],
                )
                for name in self.names
                if name not in self.unmanaged
            )
        )

    def live(self) -> list[Raw]:
        """The live queues before the change."""
        return [
            raw(name, *(overflow(target, share) for target, share in self.before.get(name, {}).items()))
            for name in self.names
        ]

    def plan(self) -> Plan:
        """The plan of the change, held against the policies before."""
        live = self.live()
        old, new = self.policies(self.before), self.policies(self.after)
        inputs = inputs_over(new, live)
        return build_plan(inputs_over(new, live, base=base_of(old, inputs)), NOW)


def contact_center(size: int, seed: int = 1, *, careful: bool = False) -> Center:
    """A center of ``size`` queues; a change that is ``careful`` closes no loop and overloads little."""
    chance = random.Random(seed)
    names = tuple(_names(size))
    before: dict[str, dict[str, int]] = {}
    for place, name in enumerate(names):
        tier = place % len(TIERS)
        if tier < len(TIERS) - 1 and place + 1 < size and chance.random() < 0.8:
            before.setdefault(name, {})[names[place + 1]] = chance.choice((10, 15, 20, 25))
        if tier < 2 and chance.random() < 0.25:
            other = names[(place + len(TIERS) * chance.randrange(1, 9) + 1) % size]
            if names.index(other) > place:
                before.setdefault(name, {})[other] = chance.choice((5, 10))
    load = {name: float(chance.randrange(40, 200)) for name in names}
    capacity = {name: round(load[name] * chance.uniform(0.95, 1.6)) for name in names}
    if not careful:
        capacity[names[9]] = 30
    unmanaged = frozenset(name for name in names[10:] if chance.random() < 0.08)
    after = {name: dict(shares) for name, shares in before.items()}
    _change(after, names, unmanaged, chance, careful=careful)
    return Center(names, capacity, load, before, after, unmanaged)


def _names(size: int) -> Iterator[str]:
    for place in range(size):
        team, tier = divmod(place, len(TIERS))
        product, where = team % len(PRODUCTS), team // len(PRODUCTS)
        city = PLACES[where % len(PLACES)]
        again = f" {where // len(PLACES) + 1}" if where >= len(PLACES) else ""
        yield f"{PRODUCTS[product]} {city}{again} {TIERS[tier]}"


def _change(
    shares: dict[str, dict[str, int]],
    names: tuple[str, ...],
    unmanaged: frozenset[str],
    chance: random.Random,
    *,
    careful: bool,
) -> None:
    changed = [name for name in shares if name not in unmanaged]
    for name in chance.sample(changed, max(2, len(names) // 100)):
        target = next(iter(shares[name]))
        shares[name][target] += 5 if careful else chance.choice((-10, 10, 20, 45))
        if shares[name][target] <= 0:
            del shares[name][target]
    if not careful:
        shares.setdefault(names[2], {})[names[0]] = 15
        shares.setdefault(names[0], {})[names[1]] = 20
        shares.setdefault(names[1], {})[names[2]] = 60
        shares[names[4]] = {names[2]: 10}
        shares[names[8]] = {names[9]: 55}
