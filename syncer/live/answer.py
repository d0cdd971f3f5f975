"""What a request brought back."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of 2xx: ``latency_ms`` is that of the last of ``attempts``."""

    body: dict[str, Any]
    correlation_id: str
    latency_ms: float
    attempts: int
