"""Whether a container does its work: ``ask.py web``, ``worker``, ``beat``, ``notary``, ``keyd``.

Its health check asks, so it loads nothing of the house and is over in a fraction of a second.
"""

import http.client
import json
import os
import socket
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import psycopg
import redis

LONGEST_SILENCE: Final = 90  # seconds; a sweep has a turn every thirty
LONGEST_UNSIGNED: Final = "15 minutes"  # a chain is signed every five
SECONDS_TO_ANSWER: Final = 3


def ask_web() -> str:
    """It lets us in, and the database lets it in."""
    web = http.client.HTTPConnection("127.0.0.1", 8000, timeout=SECONDS_TO_ANSWER)
    web.request("GET", "/readyz")
    answer = web.getresponse()
    return "" if answer.status == http.client.OK else answer.read().decode().strip()


def ask_worker() -> str:
    """Every room was swept lately. That takes the beat and Redis as well: it is the whole chain."""
    with psycopg.connect(_told("DATABASE_URL"), connect_timeout=SECONDS_TO_ANSWER) as connection:
        silent = connection.execute(
            "SELECT job FROM notices_tick GROUP BY job"
            " HAVING max(finished_at) IS NULL OR max(finished_at) < now() - %s * interval '1 s'",
            [LONGEST_SILENCE],
        ).fetchall()
        swept = connection.execute("SELECT count(*) FROM notices_tick").fetchone()
    if swept == (0,):
        return "Nothing was ever swept."
    return f"Not swept lately: {', '.join(job for (job,) in silent)}." if silent else ""


def ask_beat() -> str:
    """It knocked lately: a connection from here put something into Redis."""
    broker = redis.Redis.from_url(
        _told("REDIS_URL"), socket_timeout=SECONDS_TO_ANSWER, decode_responses=True
    )
    us = broker.client_info()
    host = str(us["addr"]).rpartition(":")[0]
    knocks = [
        int(one["idle"])
        for one in broker.client_list()
        if one["addr"].rpartition(":")[0] == host and one["id"] != str(us["id"])
    ]
    return "" if knocks and min(knocks) < LONGEST_SILENCE else "No knock reached Redis lately."


def ask_notary() -> str:
    """No chain has waited long for its signature."""
    with psycopg.connect(_told("DATABASE_URL"), connect_timeout=SECONDS_TO_ANSWER) as connection:
        waiting = connection.execute(
            "SELECT count(*) FROM audit_heads_due(%s, 1000000)", [LONGEST_UNSIGNED]
        ).fetchone()
    return "" if waiting == (0,) else "Chains of evidence were not signed lately."


def ask_keyd() -> str:
    """It and its root answer. What is said is ``vault/wire.py``'s."""
    question = json.dumps(
        ["m", ["verb", "healthcheck"], ["words", ["l"]], ["named", ["m"]]]
    ).encode()
    with socket.socket(socket.AF_UNIX) as channel:
        channel.settimeout(SECONDS_TO_ANSWER)
        channel.connect(os.environ["KEYD_SOCKET"])
        channel.sendall(struct.pack(">I", len(question)) + question)
        answer = channel.recv(1024)[4:]
    return "" if answer.startswith(b'["m",["said"') else "Keys cannot be opened."


def _told(name: str) -> str:
    return Path(os.environ[f"{name}_FILE"]).read_text(encoding="utf-8").strip()


ASK: Final[dict[str, Callable[[], str]]] = {
    "web": ask_web,
    "worker": ask_worker,
    "beat": ask_beat,
    "notary": ask_notary,
    "keyd": ask_keyd,
}

if __name__ == "__main__":
    try:
        sys.exit(ASK[sys.argv[1]]() or None)
    except (OSError, http.client.HTTPException, psycopg.Error, redis.RedisError) as error:
        sys.exit(f"No answer: {type(error).__name__}")
