"""The duty desk: what waits for contact, and taking it."""
