"""Handing over what a colleague has in hand."""
