"""From live queues to policy files: what export writes, and how it updates existing files."""
