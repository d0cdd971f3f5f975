"""Connect to live and make a plan: the steps that plan, apply and drift share."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from syncer.cli.options import Target
from syncer.live.auth import credentials
from syncer.live.client import Client, connect
from syncer.live.region import endpoints
from syncer.model.plan import Plan
from syncer.model.queue import LiveQueue
from syncer.model.settings import Settings
from syncer.model.times import rfc3339, utc_now
from syncer.planning.build import build_plan
from syncer.planning.gather import Live, OnDisk, inputs_of, read_live


@dataclass(frozen=True, slots=True)
class Fresh:
    """A plan made right now, and what it was made from: the live queues by id, and all that was ``read``."""

    plan: Plan
    live: Mapping[str, LiveQueue]
    read: Live


def client_for(target: Target, settings: Settings, *, write: bool) -> Client:
    """A client for the organisation that options and environment name; close it after use."""
    where = endpoints(os.environ, region=target.region, api_url=target.api_url)
    return connect(where, credentials(os.environ), write=write, settings=settings)


def fresh_plan(disk: OnDisk, client: Client, dialect: str) -> Fresh:
    """List live once and plan."""
    live = read_live(client, disk.policies, dialect)
    plan = build_plan(inputs_of(disk, live), rfc3339(utc_now()))
    return Fresh(plan, {queue.id: queue for queue in live.queues}, live)
