"""From counted contacts to what policies say of queues: loads and capacities."""
