"""The 24-hour follow-up: its clock, its visits, and who is woken."""
