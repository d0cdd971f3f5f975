"""From counted contacts to figures for policies: loads and capacities."""
