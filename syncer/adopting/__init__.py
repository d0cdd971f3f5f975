"""From live queues to policy files: what export writes, and what goes back into files that are there."""
