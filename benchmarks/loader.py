"""Asking, as fast as answers come: threads on connections kept alive, bounded in time."""

import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

Request = Callable[[int], bytes]
TIMEOUT = 30


class Refusal(RuntimeError):
    """An answer that should not have come: what it took cannot be compared."""


@dataclass
class Measured:
    """How long each answer took, in seconds, and how long it went on."""

    took: list[float] = field(default_factory=list)
    seconds: float = 0.0
    web_seconds: float = 0.0  # of processor time, which a busy machine does not stretch
    database_seconds: float = 0.0

    def add(self, other: "Measured") -> None:
        """Another slice of the same."""
        self.took += other.took
        self.seconds += other.seconds
        self.web_seconds += other.web_seconds
        self.database_seconds += other.database_seconds

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.took) / self.seconds if self.seconds else 0.0

    def each(self, seconds: float) -> float:
        """So many seconds, shared out over the answers, in milliseconds."""
        return seconds / len(self.took) * 1000 if self.took else 0.0

    def percentile(self, percent: int) -> float:
        """In milliseconds."""
        ordered = sorted(self.took)
        return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] * 1000


def measure(port: int, request: Request, *, at_once: int, seconds: float) -> Measured:
    """Ask ``at_once`` at a time for so many seconds."""
    found, failures = Measured(), list[BaseException]()
    until = time.perf_counter() + seconds
    numbers = iter(range(10**9))
    lock = threading.Lock()

    def ask() -> None:
        took = []
        try:
            with socket.create_connection(("127.0.0.1", port), TIMEOUT) as line:
                line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                while (began := time.perf_counter()) < until:
                    line.sendall(request(next(numbers)))
                    _answer(line)
                    took.append(time.perf_counter() - began)
        except BaseException as error:  # noqa: BLE001 -- raised again where it is waited for
            failures.append(error)
        with lock:
            found.took += took

    began = time.perf_counter()
    threads = [threading.Thread(target=ask) for _ in range(at_once)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    found.seconds = time.perf_counter() - began
    return found


def _answer(line: socket.socket) -> bytes:
    held = b""
    while (end := held.find(b"\r\n\r\n")) < 0:
        held += _more(line)
    head = held[:end].lower()
    length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
    while len(held) < end + 4 + length:
        held += _more(line)
    if not head.startswith(b"http/1.1 2"):
        raise Refusal(held.decode(errors="replace")[:600])
    return held[end + 4 :]


def _more(line: socket.socket) -> bytes:
    part = line.recv(65536)
    if not part:
        raise Refusal("The server hung up.")
    return part


def request(method: str, path: str, *, headers: dict[str, str], body: bytes = b"") -> bytes:
    """A request as it goes over the wire."""
    lines = {"Host": "127.0.0.1", "Accept": "application/json", **headers}
    if body:
        lines |= {"Content-Type": "application/json", "Content-Length": str(len(body))}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body
