"""Fed to a Python inside the worker's container: what its role may read, and who its peers are."""

import sys
from pathlib import Path

import psycopg
from psycopg import sql

URL = Path("/run/secrets/database-url").read_text(encoding="utf-8")
PEERS = "SELECT rolname, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname LIKE 'pierhead%'"

with psycopg.connect(URL, autocommit=True) as connection:
    for table in sys.argv[1:]:
        try:
            connection.execute(sql.SQL("SELECT 1 FROM {} LIMIT 1").format(sql.Identifier(table)))
            print(table, "read")
        except psycopg.errors.InsufficientPrivilege:
            print(table, "refused")
    for role, has_power in connection.execute(PEERS):
        print(role, "super" if has_power else "ordinary")
