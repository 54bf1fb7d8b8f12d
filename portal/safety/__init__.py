"""Going out and coming back: what workers tap, who waits for them, and what to do in an alarm."""
