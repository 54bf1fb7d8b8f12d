"""Handing one checkpoint over. What goes out says whose chain by a number, and nothing else."""

import json
import os
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from email.utils import parseaddr
from typing import Final

from django.conf import settings
from django.core.mail import EmailMessage

from audit.checkpoints import claim_of
from oversight.addresses import Target, resolve
from oversight.models import Delivery, HolderKind

SUBJECT: Final = "A record to keep"
BODY: Final = "Keep this line as it is.\n\n{line}\n"
SECONDS: Final = 8.0
"""All a webhook may take, from the first connection to its answer: it cannot be dripped out."""
LONGEST_ANSWER: Final = 512
READABLE_BY_ITS_GROUP: Final = 0o640


class Refused(OSError):
    """The holder did not take it. Its text names no address."""


def send(delivery: Delivery) -> None:
    """Hand a delivery's checkpoint to its holder.

    :raises OSError: if it did not arrive.
    :raises NotHeld: if the address is none to send to any more.
    """
    line = json.dumps(claim_of(delivery.checkpoint).to_line(), separators=(",", ":"))
    BY_KIND[HolderKind(delivery.holder.kind)](delivery, line)


def _to_file(delivery: Delivery, line: str) -> None:
    """One write at the end of the file, and on the disk before it counts as sent."""
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW
    file = os.open(delivery.holder.address, flags, READABLE_BY_ITS_GROUP)
    try:
        os.write(file, f"{line}\n".encode())
        os.fsync(file)
    finally:
        os.close(file)


def _to_mailbox(delivery: Delivery, line: str) -> None:
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    headers = {
        "Message-ID": f"<{delivery.pk}@{domain}>",  # by which mail systems know a second copy
        "Auto-Submitted": "auto-generated",
    }
    body = BODY.format(line=line)
    EmailMessage(SUBJECT, body, to=[delivery.holder.address], headers=headers).send()


def _to_webhook(delivery: Delivery, line: str) -> None:
    """POST it and read the first line of the answer. Nothing is followed."""
    target, give_up_at = resolve(delivery.holder.address), time.monotonic() + SECONDS
    with _connected(target) as stream:
        stream.sendall(_request(target, delivery, line.encode()))
        status = _status(stream, give_up_at)
    if not status.startswith("2"):
        raise Refused(f"answered {status or 'nothing'}")


def _connected(target: Target) -> socket.socket:
    plain = socket.create_connection((target.ip, target.port), timeout=SECONDS / 2)
    if target.parts.scheme != "https":
        return plain
    try:
        secure = ssl.create_default_context()
        return secure.wrap_socket(plain, server_hostname=target.parts.hostname)
    except OSError:
        plain.close()
        raise


def _request(target: Target, delivery: Delivery, body: bytes) -> bytes:
    path = target.parts._replace(scheme="", netloc="").geturl() or "/"
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {target.parts.netloc}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        f"Idempotency-Key: {delivery.pk}\r\nUser-Agent: Pierhead\r\nConnection: close\r\n\r\n"
    )
    return head.encode("ascii", errors="strict") + body


def _status(stream: socket.socket, give_up_at: float) -> str:
    """The three digits of the answer, or nothing if it comes too late or is none."""
    said = b""
    while b"\r\n" not in said and len(said) < LONGEST_ANSWER:
        left = give_up_at - time.monotonic()
        if left <= 0:
            raise Refused("took too long")
        stream.settimeout(left)
        if not (more := stream.recv(LONGEST_ANSWER)):
            break
        said += more
    words = said.split(b"\r\n")[0].split()
    is_http = len(words) > 1 and words[0].startswith(b"HTTP/1.") and words[1].isdigit()
    return words[1].decode() if is_http else ""


BY_KIND: Final[Mapping[HolderKind, Callable[[Delivery, str], None]]] = {
    HolderKind.FILE: _to_file,
    HolderKind.EMAIL: _to_mailbox,
    HolderKind.WEBHOOK: _to_webhook,
}
