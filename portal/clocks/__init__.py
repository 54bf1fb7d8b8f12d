"""The clocks of a case: shown, paused, explained, moved; what changed outside; the programme."""
