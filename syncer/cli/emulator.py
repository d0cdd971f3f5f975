"""``sync emulator``: a local queue API."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from syncer.cli.choice import Choice
from syncer.emulator.dialects import DIALECTS, MIXED, Dialect
from syncer.emulator.directory import NAME
from syncer.errors import WrongUsage

if TYPE_CHECKING:
    from syncer.emulator.traffic_given import GivenTraffic

FAULTS = (
    "Faults to inject, such as 429=0.1,lost=0.03,seed=7. With a probability, and the request has no effect: "
    "reset, expire, 429, 500, 503, garbage; it has one: lost, truncate, slow; the queue is edited just "
    "before: rival. Always: latency=50ms, stale=5, audit_delay=30 (seconds), divisions=A|B, "
    "deny=PERMISSION. Also: retry-after=1, seed=7."
)


@click.command(name="emulator")
@click.option("--host", metavar="ADDRESS", default="127.0.0.1", show_default=True, help="Address to bind to.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8800, show_default=True, help="Port; 0 picks a free one."
)
@click.option("--data", type=click.Path(path_type=Path, dir_okay=False), help="JSON file with the queues.")
@click.option(
    "--state",
    type=click.Path(path_type=Path, dir_okay=False),
    help="SQLite file to keep the state in (default: memory).",
)
@click.option("--queues", type=click.IntRange(0), help="Start with a generated organization of N queues.")
@click.option(
    "--organization",
    metavar="NAME",
    default=NAME,
    show_default=True,
    help="Name of the organization; its id is derived from it.",
)
@click.option("--faults", metavar="FAULTS", default="", help=FAULTS)
@click.option(
    "--rate-limit", type=click.IntRange(1), default=300, show_default=True, help="Calls per minute and token."
)
@click.option(
    "--lock",
    type=Choice(["etag", "none"]),
    default="etag",
    help="How writes are locked; none: no etags at all.",
)
@click.option(
    "--dialect",
    type=Choice(DIALECTS),
    default=MIXED,
    show_default=True,
    help="Form of its overflow; genesys-cloud is like the vendor's API, without etags.",
)
@click.option("--expose", is_flag=True, help="Allow an address that other machines can reach.")
def command(
    host: str,
    port: int,
    data: Path | None,
    state: Path | None,
    queues: int | None,
    organization: str,
    faults: str,
    rate_limit: int,
    lock: str,
    dialect: Dialect,
    expose: bool,
) -> int:
    """Serve a local queue API, for demonstrations and tests. Ctrl-C stops it.

    Without --data and --queues it starts with the organization of the shipped policies.
    """
    from syncer.emulator.server import Emulator, Faults, serve

    start, surroundings = _beginning(data, queues)
    serve(
        Emulator(
            host=host,
            port=port,
            queues=start,
            surroundings=surroundings,
            traffic=_traffic(data),
            organization=organization,
            state=str(state) if state else ":memory:",
            credentials=_credentials(),
            faults=Faults.parse(faults),
            rate_limit=rate_limit,
            lock="none" if lock == "none" else "etag",
            dialect=dialect,
            expose=expose,
        )
    )
    return 0


def _beginning(data: Path | None, number: int | None) -> tuple[list[Any], dict[str, list[Any]]]:
    """The queues to start with, and the divisions, groups and users around them."""
    from syncer.emulator import loading
    from syncer.emulator.organization import organization

    if data is not None and number is not None:
        raise WrongUsage("--data and --queues both set what to start with", hint="Use one of them.")
    if data is not None:
        return loading.load_data(data), loading.load_surroundings(data)
    if number is not None:
        return organization(number), {}
    return loading.demo_queues(), loading.demo_surroundings()


def _traffic(data: Path | None) -> "GivenTraffic":
    """The contacts that a file gives for its queues; the rest is generated."""
    from syncer.emulator.loading import load_traffic
    from syncer.emulator.traffic_given import MADE_UP

    return MADE_UP if data is None else load_traffic(data)


def _credentials() -> tuple[str, str]:
    return (
        os.environ.get("GENESYSCLOUD_OAUTHCLIENT_ID") or "demo",
        os.environ.get("GENESYSCLOUD_OAUTHCLIENT_SECRET") or "demo",
    )
