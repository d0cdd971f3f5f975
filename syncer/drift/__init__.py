"""Drift seen from the organization: what differs, since when, who is notified of it, and how it gets into the
policies."""
