"""Where each role begins, and which of several memberships one acts under."""
