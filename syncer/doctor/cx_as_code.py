"""Whether queues look managed by CX as Code too: then both tools have to agree on what each one owns.

Nothing in a queue shows it for certain, so the check looks at what people write into descriptions.
"""

import re
from collections.abc import Iterable
from typing import Final

from syncer.doctor import Line, ok, warning
from syncer.model.held import listed
from syncer.model.queue import LiveQueue

CX_AS_CODE: Final = "CX as Code"

_SAYS_SO: Final = re.compile(r"\bterraform\b|\bcx[ -]?as[ -]?code\b|\bgenesyscloud_\w+", re.IGNORECASE)


def check_cx_as_code(queues: Iterable[LiveQueue]) -> Line:
    """Find queues whose description mentions Terraform, CX as Code or one of its resources."""
    found = [queue.name for queue in queues if _SAYS_SO.search(str(queue.raw.get("description") or ""))]
    if not found:
        return ok(CX_AS_CODE, "no description of a queue mentions it")
    look = "1 queue looks" if len(found) == 1 else f"{len(found):,} queues look"
    return warning(
        CX_AS_CODE,
        f"{look} managed by it too, according to the description: {listed(found)}",
        "See docs/cx-as-code.md: what each tool owns, and the ignore_changes that Terraform needs.",
    )
