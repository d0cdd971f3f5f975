"""From a plan to changed queues: writes, conflicts, journal."""
