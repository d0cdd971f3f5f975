"""From YAML files to a set of policies: load, validate against the schema, parse, resolve names."""
