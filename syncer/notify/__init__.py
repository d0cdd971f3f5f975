"""Who is notified, and how: webhook, outbox, metrics."""
