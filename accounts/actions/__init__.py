"""Who joins, who leaves, and which systems act: every write to the tables of accounts."""
