"""Policies meet the live queues: names to ids, ignores, overrides, groups."""
