"""How fast the house is, as a ratio to a plain one measured in the same breath (`make bench`)."""
