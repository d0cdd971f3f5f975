"""The kinds of rules, one file per kind."""
