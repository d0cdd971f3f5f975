"""YAML files, read strictly with the place of every value, and edited in place."""
