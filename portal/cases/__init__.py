"""The pages of a case that one works on."""
