"""The kinds of rules, a file a kind."""
