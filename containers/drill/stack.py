"""The stack: what an operator does with ``docker compose``."""

import json
import os
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from drill.report import NotShown, check, wait_until

CHECKOUT = Path(__file__).resolve().parent.parent.parent
STAYING = ("db", "redis", "web", "worker", "beat", "notary", "keyd")


@dataclass(frozen=True)
class Stack:
    """One project of the compose file, by a name of its own."""

    environment: Mapping[str, str]
    project: str = "pierhead-drill"

    def compose(self, *words: str, fed: str = "", within: float = 300) -> str:
        """``docker compose …``; what it printed.

        :raises NotShown: if it fails.
        """
        ran = self.tried(*words, fed=fed, within=within)
        if ran.returncode:
            raise NotShown(f"docker compose {' '.join(words)}:\n{ran.stdout}{ran.stderr[-3000:]}")
        return ran.stdout

    def tried(
        self, *words: str, fed: str = "", within: float = 300
    ) -> subprocess.CompletedProcess[str]:
        """``docker compose …``, which may fail."""
        return subprocess.run(
            ["docker", "compose", "--project-name", self.project, *words],
            cwd=CHECKOUT,
            env=dict(self.environment),
            input=fed,
            capture_output=True,
            text=True,
            check=False,
            timeout=within,
        )

    def piped(self, *words: str, source: Path | None = None, target: Path | None = None) -> None:
        """``docker compose … < source > target``.

        :raises NotShown: if it fails.
        """
        with (
            (source or Path(os.devnull)).open("rb") as fed,
            (target or Path(os.devnull)).open("wb") as kept,
        ):
            ran = subprocess.run(
                ["docker", "compose", "--project-name", self.project, *words],
                cwd=CHECKOUT,
                env=dict(self.environment),
                stdin=fed,
                stdout=kept,
                stderr=subprocess.PIPE,
                check=False,
                timeout=300,
            )
        check(not ran.returncode, f"docker compose {words}:\n{ran.stderr.decode()[-3000:]}")

    def up(self) -> None:
        """Start everything, and wait until it is healthy."""
        self.compose("up", "--detach", "--wait", "--pull", "never")

    def manage(self, *words: str) -> str:
        """A command of the operator's."""
        return self.compose("run", "--rm", "--no-deps", "-T", "manage", *words)

    def inside(self, service: str, *words: str, fed: str = "") -> str:
        """What a command says inside of a service's container, as its own account."""
        return self.compose("exec", "-T", service, *words, fed=fed)

    def refused_inside(self, service: str, *words: str) -> str:
        """What a command that must fail says.

        :raises NotShown: if it does not fail.
        """
        ran = self.tried("exec", "-T", service, *words)
        check(ran.returncode, f"{service} was let do: {' '.join(words)}")
        return ran.stdout + ran.stderr

    def inspect(self, service: str) -> dict[str, Any]:
        """What the engine knows of a service's container, ended or not."""
        container = self.compose("ps", "--all", "--quiet", service).split()[0]
        told = subprocess.run(
            ["docker", "inspect", container],
            env=dict(self.environment),
            capture_output=True,
            text=True,
            check=True,
        )
        return dict(json.loads(told.stdout)[0])

    def is_healthy(self, service: str) -> bool:
        """Whether its health check says so."""
        return bool(self.inspect(service)["State"].get("Health", {}).get("Status") == "healthy")

    def kill(self, service: str) -> None:
        """End its first process as a power cut would; the engine starts it again."""
        before = self.inspect(service)
        process = int(before["State"]["Pid"])
        belongs = Path(f"/proc/{process}/cgroup")
        check(
            belongs.exists() and before["Id"] in belongs.read_text(),
            "The engine's processes are not to be seen from here.",
        )
        os.kill(process, signal.SIGKILL)
        wait_until(30, f"{service} is started again", lambda: self._started_since(service, before))

    def _started_since(self, service: str, before: dict[str, Any]) -> bool:
        now = self.inspect(service)
        return bool(now["State"]["Running"]) and now["RestartCount"] > before["RestartCount"]
