"""Calling another house's machine: where one may call, and a POST that cannot be dripped out.

An address is judged when it is saved and again at every call, and reached by the one number that
was judged: a name cannot mean one host then and another now. Nothing is followed.
"""

import ipaddress
import socket
import ssl
import time
from collections.abc import Mapping
from typing import Final, NamedTuple
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

HTTPS: Final = 443
HTTP: Final = 80
FREE_PORTS: Final = 1024
SECONDS: Final = 8.0
"""All a call may take, from the first connection to the first line of the answer."""
LONGEST_ANSWER: Final = 512


class AddressRefused(ValueError):
    """Nothing is sent there. Its sentence says why not."""


class Target(NamedTuple):
    """An address, and the one number it is reached at."""

    parts: SplitResult
    ip: str
    port: int


def resolve(address: str) -> Target:
    """The host an address leads to, if it is one out in the world, by TLS.

    :raises AddressRefused: if it is not, unless ``WEBHOOKS_ANYWHERE`` (tests, development) says so.
    """
    parts = urlsplit(address)
    secure = parts.scheme == "https"
    if not secure and not (settings.WEBHOOKS_ANYWHERE and parts.scheme == "http"):
        raise AddressRefused("A webhook's address begins with https://.")
    if not parts.hostname or parts.username or parts.password or parts.fragment:
        raise AddressRefused(
            "A webhook's address is a host and a path, without a name or a fragment."
        )
    try:
        port = parts.port or (HTTPS if secure else HTTP)
    except ValueError as error:
        raise AddressRefused("The number of a port is not one.") from error
    if port < FREE_PORTS and port != (HTTPS if secure else HTTP):
        raise AddressRefused(
            f"Port {port} is another kind of service's: use 443, or one from 1024."
        )
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, ValueError) as error:
        raise AddressRefused(f"{parts.hostname} is not found.") from error
    ips = [str(each[4][0]) for each in found]
    if not settings.WEBHOOKS_ANYWHERE and not all(_is_out_in_the_world(ip) for ip in ips):
        raise AddressRefused(f"{parts.hostname} leads to a private address.")
    return Target(parts, ips[0], port)


def post(address: str, body: bytes, headers: Mapping[str, str]) -> str:
    """POST it and read the first line of the answer: its three digits, or nothing if it is none.

    :raises AddressRefused: if the address is none to send to, or not any more.
    :raises OSError: if nobody answers in time.
    """
    target, give_up_at = resolve(address), time.monotonic() + SECONDS
    with _connected(target) as stream:
        stream.sendall(_request(target, body, headers))
        return _status(stream, give_up_at)


def _is_out_in_the_world(ip: str) -> bool:
    """Not ours, not the link's, not a group's; nor such an address dressed up as IPv6."""
    number = ipaddress.ip_address(ip.partition("%")[0])
    if isinstance(number, ipaddress.IPv6Address):
        number = number.ipv4_mapped or number.sixtofour or number
    return number.is_global and not number.is_multicast


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


def _request(target: Target, body: bytes, headers: Mapping[str, str]) -> bytes:
    path = target.parts._replace(scheme="", netloc="").geturl() or "/"
    lines = {
        "Host": target.parts.netloc,
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        **headers,
        "User-Agent": "Pierhead",
        "Connection": "close",
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"POST {path} HTTP/1.1\r\n{head}\r\n".encode("ascii", errors="strict") + body


def _status(stream: socket.socket, give_up_at: float) -> str:
    """The three digits of the answer, or nothing if it is none."""
    said = b""
    while b"\r\n" not in said and len(said) < LONGEST_ANSWER:
        left = give_up_at - time.monotonic()
        if left <= 0:
            raise TimeoutError("took too long")
        stream.settimeout(left)
        if not (more := stream.recv(LONGEST_ANSWER)):
            break
        said += more
    words = said.split(b"\r\n")[0].split()
    is_http = len(words) > 1 and words[0].startswith(b"HTTP/1.") and words[1].isdigit()
    return words[1].decode() if is_http else ""
