"""Who acts for whom: agencies, their people and systems, roles, and sign-in."""
