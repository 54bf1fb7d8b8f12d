"""Handing one checkpoint over. What goes out says whose chain by a number, and nothing else."""

import json
import os
from collections.abc import Callable, Mapping
from email.utils import parseaddr
from typing import Final

from django.conf import settings
from django.core.mail import EmailMessage

from audit.checkpoints import claim_of
from notices.webhooks import post
from oversight.models import Delivery, HolderKind

SUBJECT: Final = "A record to keep"
BODY: Final = "Keep this line as it is.\n\n{line}\n"
READABLE_BY_ITS_GROUP: Final = 0o640


class Refused(OSError):
    """The holder did not take it. Its text names no address."""


def send(delivery: Delivery) -> None:
    """Hand a delivery's checkpoint to its holder.

    :raises OSError: if it did not arrive.
    :raises AddressRefused: if the address is none to send to any more.
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
    """POST it. Nothing is followed."""
    key = {"Idempotency-Key": str(delivery.pk)}
    status = post(delivery.holder.address, line.encode(), key)
    if not status.startswith("2"):
        raise Refused(f"answered {status or 'nothing'}")


BY_KIND: Final[Mapping[HolderKind, Callable[[Delivery, str], None]]] = {
    HolderKind.FILE: _to_file,
    HolderKind.EMAIL: _to_mailbox,
    HolderKind.WEBHOOK: _to_webhook,
}
