"""The demonstration: invented agencies, people and cases, on the real structure of the region."""
