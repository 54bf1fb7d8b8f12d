"""Assessing risk, and reading what was assessed."""
