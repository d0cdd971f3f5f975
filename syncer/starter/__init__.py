"""The initial files of a policy repository."""
