"""The part of the audit trail that options select: from options as they are typed to the population."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from typing import Any

    from syncer.app.options import AuditOptions
    from syncer.audit.chain import Chain
    from syncer.audit.filters import Filters
    from syncer.audit.population import Population

_SEEDS = 2**32


def population_of(chain: Chain, options: AuditOptions, now: datetime, *, run: str = "") -> Population:
    """Return what ``options`` select of a trail, or of one ``run`` of it; without a seed, one is chosen.

    Raises WrongUsage for an invalid time, and for a value that can't match anything in the trail.
    """
    from syncer.audit.population import population

    def walk() -> Iterator[dict[str, Any]]:
        return (entry for entry in chain.entries() if run in ("", entry.get("run")))

    seed = options.seed
    if options.sample is not None and seed is None:
        seed = secrets.randbelow(_SEEDS)
    return population(walk, filters_of(options, now), sample=options.sample, seed=seed)


def filters_of(options: AuditOptions, now: datetime) -> Filters:
    """Return the filters for ``options``. Raises WrongUsage for an invalid time."""
    from syncer.audit.filters import Filters
    from syncer.audit.period import Period, moment_from

    return Filters(
        Period(
            moment_from(options.since, now) if options.since else None,
            moment_from(options.until, now) if options.until else None,
        ),
        options.environments,
        options.organizations,
        options.queues,
        options.users,
        options.statuses,
        tuple(action.upper() for action in options.actions),
        tuple(override.lstrip("-") for override in options.overrides),
    )
