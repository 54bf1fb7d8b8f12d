"""How the web server runs, here and in a container: ``gunicorn -c python:config.gunicorn``.

Threads wait for the database while others compute; two processes use two cores. Where to
listen is said on the command line.
"""

from typing import Any

from config.lifeline import end_when_parent_does

wsgi_app = "config.wsgi:application"
preload_app = True  # read the house once and share its memory; nothing is opened on reading
worker_class = "gthread"
workers = 2
threads = 8
timeout = 60  # a request that takes longer is lost; the database gives up long before
graceful_timeout = 30  # on SIGTERM requests under way are answered first
keepalive = 5
control_socket_disable = True  # nothing to listen for commands


def post_fork(server: Any, worker: Any) -> None:
    """A worker never outlives the master, not even a killed one."""
    del server, worker
    end_when_parent_does()
