"""The examples in the help of each command."""

from collections.abc import Iterator
from typing import Final

EXAMPLES: Final = {
    "init": ("syncer init", "syncer init overflow --dialect genesys-cloud"),
    "doctor": ("syncer doctor", "syncer doctor --env production"),
    "status": ("syncer status", "syncer status --env production --record gitlab"),
    "into": ('syncer into "Support Tier 2"',),
    "validate": ("syncer validate", "syncer validate policies/support.yaml --format json"),
    "plan": (
        "syncer plan",
        "syncer plan --out plan.json",
        'syncer plan --queue "Support*" --format markdown --output plan.md',
    ),
    "simulate": (
        "syncer simulate --until-full",
        'syncer simulate --load 1.4 --outage "Support Tier 2"',
        "syncer simulate --plan plan.json --scenario black-friday",
    ),
    "show": ("syncer show plan.json", "syncer show plan.json --format markdown"),
    "comment": ("syncer comment plan.json", "syncer comment plan.json --dry-run"),
    "apply": (
        "syncer apply plan.json",
        "syncer apply --watch 15",
        'syncer apply plan.json --auto-approve --ticket OPS-12 --reason "Evening shift"',
    ),
    "rollback": ("syncer rollback last", 'syncer rollback last --queue "Support Tier 1"'),
    "stop": (
        'syncer stop "Support Tier 2" --for 2h --reason "Outage"',
        "syncer stop --loops",
        "syncer stop --list",
        'syncer stop "Support Tier 2" --lift',
    ),
    "drift": ("syncer drift", "syncer drift --detailed-exitcode --unmanaged"),
    "export": (
        "syncer export --output policies",
        "syncer export --output policies --update",
        'syncer export --output policies --only "Support*"',
    ),
    "measure": ("syncer measure --check", "syncer measure --weeks 8 --agents"),
    "graph": (
        "syncer graph --output network.svg",
        'syncer graph --live --focus "Support Tier 2" --depth 1 --output support.svg',
        "syncer graph --plan plan.json --format mermaid",
    ),
    "environments": ("syncer environments",),
    "audit": (
        "syncer audit show",
        "syncer audit verify",
        "syncer audit report --since 30d --format markdown --output audit.md",
    ),
    "explain": ("syncer explain capacity.exceeded",),
    "schema": ("syncer schema", "syncer schema policy.v1"),
    "emulator": ("syncer emulator", "syncer emulator --port 8080 --dialect genesys-cloud"),
    "demo": ("syncer demo",),
}
"""Examples by command: lines that can be pasted into a shell as they are."""


def epilog(command: str) -> str:
    """Return the examples of a command as click shows them below its options; empty if there are none."""
    return "\n".join(_lines(command))


def _lines(command: str) -> Iterator[str]:
    if command in EXAMPLES:
        yield "\b"  # click keeps the lines of this paragraph
        yield "Examples:"
        yield from (f"  {line}" for line in EXAMPLES[command])
