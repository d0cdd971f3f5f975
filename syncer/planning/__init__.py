"""From policies and live queues to a plan: diff, order, plan file."""
