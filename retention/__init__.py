"""How long cases are kept, what holds them longer, and how they cease to exist."""
