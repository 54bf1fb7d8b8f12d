"""Giving out what is held: to the person, or as third-party material, looked over by two."""
