"""The formula language: text → `scan` → `parse` (typed tree) → `evaluate`, `compiled` or `sql`.

The three ways of running a tree give the same bits. Nothing here imports a database or sqlglot until
SQL is asked for.
"""
