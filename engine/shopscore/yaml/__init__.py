"""YAML and JSON texts as trees whose every value knows its place; nothing here knows what a policy means."""
