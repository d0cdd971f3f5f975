"""Checks over the whole set of rules, one a file."""
