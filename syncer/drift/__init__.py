"""Drift seen from live: what differs, since when, who is told of it, and how it gets into the policies."""
