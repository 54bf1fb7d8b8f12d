"""The plan: who should visit whom when, and what has no place; people decide."""
