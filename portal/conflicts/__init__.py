"""People that staff know, so that no case with them in it exists for them."""
