"""How the web server runs, here and in a container: ``gunicorn -c python:config.gunicorn``.

Two processes use two cores. A request holds one database connection from its beginning to its
end, so each process has thrice as many threads as connections: who finds them all taken waits in a
thread for a second and a half and is then told to come back, instead of waiting unheard in front of
the door. Where to listen is said on the command line.
"""

from typing import Any

from config.lifeline import end_when_parent_does
from config.restored import refuse_an_older_database
from config.right_clock import refuse_a_wrong_clock

wsgi_app = "config.wsgi:application"
preload_app = True  # read the house once and share its memory; nothing is opened on reading
worker_class = "gthread"
workers = 2
threads = 24  # a process has 8 connections (DATABASE_POOL_SIZE)
timeout = 60  # a request that takes longer is lost; the database gives up long before
graceful_timeout = 30  # on SIGTERM requests under way are answered first
keepalive = 5
control_socket_disable = True  # nothing to listen for commands


def on_starting(server: Any) -> None:
    """The web does not open by a clock that is wrong, nor on a database that forgot erasures."""
    del server
    refuse_a_wrong_clock()
    refuse_an_older_database()


def post_fork(server: Any, worker: Any) -> None:
    """A worker never outlives the master, not even a killed one."""
    del server, worker
    end_when_parent_does()
