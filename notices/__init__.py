"""Messages owed, as rows: the outbox, and the claiming every sweep uses."""
