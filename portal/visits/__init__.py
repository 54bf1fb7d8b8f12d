"""The week of an agency's visits."""
