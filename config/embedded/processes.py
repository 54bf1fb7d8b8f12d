"""Children that cannot outlive us, whatever kills us."""

import ctypes
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from config.embedded.accounts import Account
from config.embedded.refusal import Refused
from config.lifeline import end_when_parent_does

LOOK_EVERY = 0.05
LONGEST_LOG = 10 * 2**20
LINES_SHOWN = 12
_ADOPT_ORPHANS = 36  # PR_SET_CHILD_SUBREAPER
_LIBC = ctypes.CDLL(None, use_errno=True)
_RESET = (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT, signal.SIGHUP)


def end_with_parent(death_signal: signal.Signals) -> Callable[[], None]:
    """What a child does between fork and exec so that it gets this signal when we are gone.

    It runs after the change of account, because changing account clears the wish.
    """
    parent = os.getpid()

    def bind() -> None:
        for number in _RESET:
            signal.signal(number, signal.SIG_DFL)
        end_when_parent_does(death_signal)
        if os.getppid() != parent:
            os._exit(1)

    return bind


def adopt_orphans() -> None:
    """Have grandchildren whose parent was killed become ours, so that we can end them."""
    _LIBC.prctl(_ADOPT_ORPHANS, 1, 0, 0, 0)


def end_orphans(known: set[int]) -> None:
    """Kill and reap every child that is not one of ours by number."""
    children = Path(f"/proc/self/task/{os.getpid()}/children")
    if not children.exists():
        return
    for pid in {int(word) for word in children.read_text().split()} - known:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def free_port() -> int:
    """A port of this machine's loopback that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Service:
    """One program kept running: how to start it, tell that it is ready, and stop it."""

    name: str
    command: Sequence[str | Path]
    environment: Mapping[str, str]
    directory: Path
    log: Path
    is_ready: Callable[["Service"], bool] = lambda _: True
    account: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    death_signal: signal.Signals = signal.SIGTERM
    configuration: str = ""  # read by the program from its standard input
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _log_begins: int = field(default=0, init=False)

    def start(self) -> None:
        """Start the program in a session of its own, bound to our life."""
        self._turn_a_long_log()
        with self.log.open("ab") as log:
            self._log_begins = log.tell()
            self.process = subprocess.Popen(
                [str(word) for word in self.command],
                env=dict(self.environment),
                cwd=self.directory,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
                umask=0o077,
                preexec_fn=end_with_parent(self.death_signal),
                **_as(self.account),
            )
        self._hand_over_configuration()

    def wait_until_ready(self, seconds: float) -> None:
        """Return once it is ready; refuse when it ends first or takes too long."""
        give_up_at = time.monotonic() + seconds
        while not self.is_ready(self):
            if self.has_ended:
                raise Refused(f"{self.name} stopped while starting.{self.last_words()}")
            if time.monotonic() > give_up_at:
                raise Refused(
                    f"{self.name} was not ready after {seconds:.0f} seconds.{self.last_words()}"
                )
            time.sleep(LOOK_EVERY)

    @property
    def pid(self) -> int:
        """The number of the running process; 0 when there is none."""
        return self.process.pid if self.process else 0

    @property
    def has_ended(self) -> bool:
        """Whether the process is gone (or never was)."""
        return self.process is None or self.process.poll() is not None

    def ask_to_stop(self) -> None:
        """Send the polite signal."""
        if self.process and not self.has_ended:
            self.process.send_signal(self.stop_signal)

    def stop(self, patience: float = 10) -> None:
        """Ask, wait, and then insist."""
        self.ask_to_stop()
        if self.process is None:
            return
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def last_words(self) -> str:
        """The end of its log since it was started, for people."""
        try:
            said = self.log.read_bytes()[self._log_begins :].decode(errors="replace")
        except OSError:
            return ""
        return f" The end of {self.log}:{_indented(said)}"

    def _turn_a_long_log(self) -> None:
        if self.log.exists() and self.log.stat().st_size > LONGEST_LOG:
            self.log.rename(self.log.with_suffix(".log.before"))

    def _hand_over_configuration(self) -> None:
        if self.process is None or self.process.stdin is None:
            return
        try:
            with self.process.stdin as pipe:
                pipe.write(self.configuration.encode())
        except BrokenPipeError:
            pass  # it ended already; whoever waits for it will say so


def _as(account: Account | None) -> dict[str, Any]:
    """What tells ``subprocess`` to change account, before it binds the child to us."""
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def run_once(
    command: Sequence[str | Path],
    *,
    doing: str,
    account: Account | None = None,
    directory: Path = Path("/"),
    environment: Mapping[str, str] | None = None,
    text: str = "",
) -> None:
    """Run a program to its end; refuse with its own words when it fails."""
    finished = subprocess.run(
        [str(word) for word in command],
        input=text.encode(),
        env=dict(environment or {}),
        cwd=directory,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        umask=0o077,
        preexec_fn=end_with_parent(signal.SIGTERM),
        **_as(account),
    )
    if finished.returncode:
        words = _indented(finished.stdout.decode(errors="replace"))
        raise Refused(f"{doing} failed ({finished.returncode}).{words}")


def _indented(text: str) -> str:
    """The last lines of what a program said."""
    return "".join(f"\n    {line}" for line in text.splitlines()[-LINES_SHOWN:])
