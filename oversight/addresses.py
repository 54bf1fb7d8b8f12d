"""Where checkpoints may be sent: judged when a holder is added, and again at every sending."""

import ipaddress
import socket
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from oversight.errors import NotHeld
from oversight.models import HolderKind

HTTPS: Final = 443
HTTP: Final = 80


class Target(NamedTuple):
    """A webhook's address, and the one number it is reached at: asked once, so that a name
    cannot mean one host when it is judged and another when it is used."""

    parts: SplitResult
    ip: str
    port: int


def judge(kind: str, address: str) -> None:
    """Whether a holder could be reached there.

    :raises NotHeld: saying why not.
    """
    if kind == HolderKind.EMAIL:
        _judge_mailbox(address)
    elif kind == HolderKind.FILE:
        _judge_path(address)
    else:
        resolve(address)


def resolve(address: str) -> Target:
    """The host a webhook's address leads to, if it is one out in the world, by TLS.

    :raises NotHeld: if it is not, unless ``CHECKPOINTS_ANYWHERE`` (tests, development) says so.
    """
    parts = urlsplit(address)
    secure = parts.scheme == "https"
    if not secure and not (settings.CHECKPOINTS_ANYWHERE and parts.scheme == "http"):
        raise NotHeld("A webhook's address begins with https://.")
    if not parts.hostname or parts.username or parts.password or parts.fragment:
        raise NotHeld("A webhook's address is a host and a path, without a name or a fragment.")
    try:
        port = parts.port or (HTTPS if secure else HTTP)
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, ValueError) as error:
        raise NotHeld(f"{parts.hostname} is not found.") from error
    ips = [str(each[4][0]) for each in found]
    if not settings.CHECKPOINTS_ANYWHERE and not all(_is_out_in_the_world(ip) for ip in ips):
        raise NotHeld(f"{parts.hostname} leads to a private address.")
    return Target(parts, ips[0], port)


def _is_out_in_the_world(ip: str) -> bool:
    """Not ours, not the link's, not a group's; nor such an address dressed up as IPv6."""
    number = ipaddress.ip_address(ip.partition("%")[0])
    if isinstance(number, ipaddress.IPv6Address):
        number = number.ipv4_mapped or number.sixtofour or number
    return number.is_global and not number.is_multicast


def _judge_mailbox(address: str) -> None:
    try:
        validate_email(address)
    except ValidationError:
        raise NotHeld(f"{address} is not an e-mail address.") from None


def _judge_path(address: str) -> None:
    path = Path(address)
    if not path.is_absolute() or ".." in path.parts:
        raise NotHeld("A file is named by its whole path, from / on.")
    if path.resolve().is_relative_to(Path(settings.BASE_DIR).resolve()):
        raise NotHeld("A file inside the house would not be held by anybody else.")
