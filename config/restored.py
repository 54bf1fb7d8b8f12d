"""Whether the database knows every erasure and withdrawal that the ledger's file holds.

After a restore from a backup it does not, and whoever opened it would bring back what people were
promised to be gone. So no process starts on it until ``manage.py restore replay`` has run.
"""

import logging
import sys

import psycopg
from django.conf import settings

from retention.ledger_file import read_lines

logger = logging.getLogger(__name__)


def refuse_an_older_database() -> None:
    """End this process, saying why, if the ledger holds what the database does not.

    Where no ledger is kept, or none has been written yet, there is nothing to ask.
    """
    if not settings.ERASURE_LEDGER:
        return
    ids = [line.id for line in read_lines(settings.ERASURE_LEDGER)]
    if not ids:
        return
    place = settings.DATABASES["default"]
    try:
        with psycopg.connect(
            dbname=place["NAME"],
            user=place["USER"],
            password=place["PASSWORD"],
            host=place["HOST"],
            port=place["PORT"] or None,
            connect_timeout=2,
        ) as asked:
            row = asked.execute("SELECT retention_unknown(%s)", [ids]).fetchone()
    except psycopg.OperationalError:
        logger.warning("The database does not answer: the ledger could not be compared.")
        return
    if row and row[0]:
        sys.exit(
            f"The ledger of erasures holds {row[0]} lines that this database does not know. It was"
            " restored from before them: run `manage.py restore replay`, then start again."
        )
