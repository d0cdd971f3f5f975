"""The files that a policy repository begins with."""
