"""What a request brought back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of 2xx: ``latency_ms`` is that of the last of ``attempts``, which was sent at ``sent_at``.

    Names of ``headers`` are found in any case. ``sent_at`` is a moment of the client's clock, in seconds.
    """

    body: dict[str, Any]
    correlation_id: str
    latency_ms: float
    attempts: int
    headers: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    sent_at: float = field(default=0.0, compare=False)
