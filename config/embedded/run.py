"""`make run`: everything Pierhead needs, started in order, kept running, stopped in order."""

import errno
import json
import os
import shutil
import socket
import time
from dataclasses import dataclass, field
from pathlib import Path

from config.embedded import both_servers, own_servers, preparing, programs
from config.embedded.environment import Environments
from config.embedded.interruption import Interrupted, listening
from config.embedded.keeping import Kept, kept_for
from config.embedded.keeping_up import keep_up, stop_all
from config.embedded.only_one import the_only_one
from config.embedded.places import Places, places_of
from config.embedded.processes import Service, adopt_orphans, end_orphans
from config.embedded.progress import say, step
from config.embedded.refusal import Refused
from config.embedded.sign_ins import welcome

NEEDED_BYTES = 300 * 2**20
READY_WITHIN = 60.0
PORT_PATIENCE = 3.0


@dataclass
class Running:
    """What has been started so far."""

    servers: list[Service] = field(default_factory=list)
    programs: list[Service] = field(default_factory=list)


def run(port: int) -> None:
    """Start everything and stay until somebody ends it."""
    places = places_of()
    running = Running()
    with listening() as haste, the_only_one(places, f"http://localhost:{port}"):
        adopt_orphans()
        try:
            _start(places, port, running)
            welcome(f"http://localhost:{port}", places.demonstration)
            keep_up([*running.servers, *running.programs])
        except Interrupted:
            say("\n  Stopping ...")
        finally:
            haste.end_in_peace()
            stop_all(running.programs, haste)
            end_orphans({each.pid for each in running.servers})
            stop_all(running.servers, haste)
            places.running.unlink(missing_ok=True)
    say("  Stopped. The data are kept; `make reset` starts over.")


def secrets_and_plan(places: Places) -> tuple[Kept, both_servers.Plan]:
    """The secrets and the plan of this checkout's own servers."""
    kept = kept_for(places, has_data=(places.data / "postgres").exists())
    passwords = both_servers.Passwords(kept.word("database-owner"), kept.word("redis"))
    return kept, both_servers.Plan(places.data, places.logs, passwords)


def _start(places: Places, port: int, running: Running) -> None:
    refuse_a_taken_port(port)
    refuse_a_full_disk(places.data)
    kept, plan = secrets_and_plan(places)
    refuse_unfit_servers()
    with step("Starting the database and the broker"):
        started = both_servers.start(plan)
        running.servers.extend(started.services)
    environments = Environments(started.database_url, started.redis_url, kept, port)
    _write_down(places, environments)
    preparing.prepare(places, environments)
    with step("Starting web, worker, beat and notary"):
        for make in (programs.web, programs.worker, programs.beat, programs.notary):
            service = make(places, environments)
            service.start()
            running.programs.append(service)
            service.wait_until_ready(READY_WITHIN)  # one after the other: the first page sooner


def _write_down(places: Places, environments: Environments) -> None:
    """For `scripts/manage`: where the servers listen. No more than their ports."""
    addresses = {"process": os.getpid(), "port": environments.port}
    places.running.write_text(json.dumps(addresses | environments.ports()))


def refuse_unfit_servers() -> None:
    """Look at the servers that the environment names before anything is built on them."""
    if database_url := os.environ.get("DATABASE_URL"):
        own_servers.refuse_unfit_database(database_url)
    if redis_url := os.environ.get("REDIS_URL"):
        own_servers.refuse_unfit_broker(redis_url)


def refuse_a_taken_port(port: int) -> None:
    """Refuse early, in words. An earlier copy that is just ending gets a moment."""
    give_up_at = time.monotonic() + PORT_PATIENCE
    while taken := _is_taken(port):
        if time.monotonic() > give_up_at or taken == errno.EACCES:
            break
        time.sleep(0.2)
    if taken == errno.EACCES:
        raise Refused(f"This account may not use port {port}. Try: make run PORT=8000")
    if taken:
        raise Refused(
            f"Port {port} is taken by another program. Stop that, or choose another port: "
            f"make run PORT={port + 1}"
        )


def refuse_a_full_disk(data: Path) -> None:
    """Refuse before a database does so half-way."""
    free = shutil.disk_usage(data).free
    if free < NEEDED_BYTES:
        raise Refused(
            f"The disk is full: {data} has {free // 2**20} MB left, and Pierhead needs "
            f"{NEEDED_BYTES // 2**20} MB. Make room there, then run it again."
        )


def _is_taken(port: int) -> int:
    """The error number that listening there gives; 0 when it may be had."""
    for host in programs.loopback_hosts():
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host.strip("[]"), port))
            except OSError as error:
                return error.errno or errno.EADDRINUSE
    return 0
