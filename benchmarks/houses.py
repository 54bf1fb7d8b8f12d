"""The two houses that are measured: what they are asked, and how they are built and served."""

import base64
import http.client
import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from benchmarks import loader

ROOT = Path(__file__).resolve().parent.parent
JSON = "application/json"
GUNICORN = ["--workers=2", "--threads=8", "--worker-class=gthread", "--keep-alive=5"]
Asked = tuple[str, str, dict[str, str], str]
"""Method, path, headers and body; ``%d`` stands for the number of the request."""


@dataclass
class House:
    """One of the two: its programs' environment, and what it is asked."""

    name: str
    module: str
    environment: Mapping[str, str]
    owner: Mapping[str, str]
    preparation: list[str]
    facts: dict[str, Any] = field(default_factory=dict)
    port: int = 0
    process: "subprocess.Popen[bytes] | None" = None

    def fill(self, cases: int) -> float:
        """Bring it to so many cases; how many seconds that took."""
        began = time.monotonic()
        command = [sys.executable, *self.preparation, str(cases)]
        done = subprocess.run(
            command, env=dict(self.owner), cwd=ROOT, check=True, stdout=subprocess.PIPE
        )
        self.facts = json.loads(done.stdout.splitlines()[-1])
        return time.monotonic() - began

    def asked(self) -> dict[str, Asked]:
        """What is measured, by name."""
        raise NotImplementedError

    def requests(self) -> dict[str, loader.Request]:
        """The same, as bytes of the nth request."""
        return {
            name: _nth(*asked, self.facts["references"]) for name, asked in self.asked().items()
        }

    def statements(self) -> dict[str, int]:
        """How many statements each takes."""
        first = self.facts["references"][0]
        asked = {
            name: (method, path.replace("%s", first), headers, body)
            for name, (method, path, headers, body) in self.asked().items()
        }
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.statements"],
            env=dict(self.environment),
            cwd=ROOT,
            check=True,
            input=json.dumps(asked).encode(),
            stdout=subprocess.PIPE,
        )
        return dict(json.loads(done.stdout.splitlines()[-1]))

    def memory(self) -> int:
        """Proportional memory of the master and its workers, in KiB."""
        master = self.process.pid if self.process else os.getpid()
        return sum(_pss(pid) for pid in [master, *_children(master)])

    def web_seconds(self) -> float:
        """Processor time of the workers so far."""
        return sum(_cpu(pid) for pid in _children(self.process.pid)) if self.process else 0.0

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Two workers of gunicorn on loopback, for the length of the body."""
        self.port = _free_port()
        command = [sys.executable, "-m", "gunicorn", *GUNICORN, f"--bind=127.0.0.1:{self.port}"]
        self.process = subprocess.Popen(
            [*command, "--log-level=warning", self.module], env=dict(self.environment), cwd=ROOT
        )
        try:
            _wait_for(self.port)
            yield
        finally:
            self.process.terminate()
            self.process.wait(30)


class Floor(House):
    """The plain one."""

    def asked(self) -> dict[str, Asked]:
        """Create, list, read; and read again, for what Pierhead opens."""
        row = {
            "reference": "N%d",
            "source": "police",
            "referring_agency": "merseyside-police",
            "receiving_agency": "liverpool-idva",
            "area_code": "E08000012",
            "harm": "domestic_abuse",
            "risk_band": "high",
            "age_band": "25_34",
            "children": True,
            "given_name": "Zoë",
            "family_name": "O’Example",
            "born_on": "1991-04-23",
            "phone": "07700 900123",
            "address": "With her sister",
            "postcode": "L3 1BY",
            "summary": "He came to the house at night and would not leave; a door was broken.",
            "needs": "New locks, and somebody to come to court with her.",
            "visit_ended_at": "2026-01-01T10:00:00Z",
        }
        read: Asked = ("GET", "/referrals/%s/", {}, "")
        return {
            "create": ("POST", "/referrals/", {}, json.dumps(row, ensure_ascii=False)),
            "list of 25": ("GET", "/referrals/", {}, ""),
            "read one": read,
            "open the case": read,
        }


class Pierhead(House):
    """Ours."""

    token = ""
    worker: Mapping[str, str]

    def refresh(self) -> None:
        """A token lives for five minutes."""
        client, secret = self.facts["client"]
        pair = base64.b64encode(f"{client}:{quote(secret)}".encode()).decode()
        scope = "referral:create referral:read case:read"
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        line.request(
            "POST",
            "/api/v1/token/",
            f"grant_type=client_credentials&scope={quote(scope)}",
            {
                "Authorization": f"Basic {pair}",
                "Content-Type": "application/x-www-form-urlencoded",
            },
        )
        self.token = json.loads(line.getresponse().read())["access_token"]
        line.close()

    def asked(self) -> dict[str, Asked]:
        """Create, list, read, and open."""
        bearer = {"Authorization": f"Bearer {self.token}"}
        key = {**bearer, "Idempotency-Key": f"{secrets.token_hex(8)}-%d"}
        body = json.dumps(self.facts["body"], ensure_ascii=False)
        return {
            "create": ("POST", "/api/v1/referrals/", key, body),
            "list of 25": ("GET", "/api/v1/referrals/", bearer, ""),
            "read one": ("GET", "/api/v1/referrals/%s/", bearer, ""),
            "open the case": ("GET", "/api/v1/referrals/%s/case/", bearer, ""),
        }


def floor(database_url: str) -> Floor:
    """The floor on a server."""
    environment = {**_ours(), "DATABASE_URL": database_url}
    environment["DJANGO_SETTINGS_MODULE"] = "benchmarks.floor.settings"
    return Floor(
        "floor",
        "benchmarks.floor.wsgi",
        environment,
        environment,
        ["-m", "benchmarks.floor.prepare"],
    )


def pierhead(database_url: str, redis_url: str, directory: Path) -> Pierhead:
    """Pierhead on a server, migrated, with keys of its own."""
    root_key = directory / "root.key"
    root_key.write_bytes(secrets.token_bytes(32))
    root_key.chmod(0o400)
    words = {name: secrets.token_urlsafe(24) for name in ("web", "worker", "keyd", "secret")}
    common = {
        **_ours(),
        "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
        "BENCHMARK_DIRECTORY": str(directory),
        "REDIS_URL": redis_url,
        "SECRET_KEY": words["secret"] * 2,
        "ROOT_KEY_FILE": str(root_key),
        "LOG_LEVEL": "ERROR",
    }
    passwords = {
        "DATABASE_WEB_PASSWORD": words["web"],
        "DATABASE_WORKER_PASSWORD": words["worker"],
        "DATABASE_KEYD_PASSWORD": words["keyd"],
    }
    owner = common | {"DATABASE_URL": database_url}
    migrate = [sys.executable, "manage.py", "migrate", "--no-input", "-v0"]
    subprocess.run(migrate, env=owner | passwords, cwd=ROOT, check=True)
    web = common | {"DATABASE_URL": _as_role(database_url, "web", words["web"])}
    ours = Pierhead("Pierhead", "config.wsgi", web, owner, ["-m", "benchmarks.prepare"])
    ours.worker = common | {"DATABASE_URL": _as_role(database_url, "worker", words["worker"])}
    return ours


def _nth(method: str, path: str, headers: dict[str, str], body: str, names: list[str]) -> Any:
    run = secrets.token_hex(3)

    def request(number: int) -> bytes:
        mine = {name: value.replace("%d", f"{run}{number}") for name, value in headers.items()}
        return loader.request(
            method,
            path.replace("%s", names[number % len(names)]),
            headers=mine,
            body=body.replace("N%d", f"{run}{number:06x}").encode(),
        )

    return request


def _as_role(url: str, role: str, password: str) -> str:
    parts = urlsplit(url)
    user, place = f"{parts.path.lstrip('/')}_{role}", parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{user}:{quote(password)}@{place}"))


def _ours() -> dict[str, str]:
    return {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _wait_for(port: int) -> None:
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("The server did not open its door.")


def _children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in found]


def database_seconds(backend: int) -> float:
    """Processor time of the server that a backend belongs to, so far."""
    postmaster = int(_stat(backend)[1])
    return sum(_cpu(pid) for pid in _children(postmaster))


def _cpu(pid: int) -> float:
    try:
        fields = _stat(pid)
    except FileNotFoundError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _stat(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def _pss(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0
