"""Evidence: who did, read and was refused what. Append-only, hash-chained per agency."""
