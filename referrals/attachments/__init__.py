"""Documents of a case: looked over, stripped of what they say by the way, sealed, and given out."""
