"""Every address by every kind of member and relation to the case: one table, declared."""
