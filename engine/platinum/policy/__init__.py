"""The policy: one YAML file, data only, compiled once to the tables and words that all stages are given."""
