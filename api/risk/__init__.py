"""Risk over JSON."""
