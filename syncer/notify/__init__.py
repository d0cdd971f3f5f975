"""Notifications: webhook, outbox, metrics."""
