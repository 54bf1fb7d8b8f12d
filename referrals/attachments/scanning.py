"""Asking ClamAV about a file, where the house has one. Without its answer nothing is kept.

``INSTREAM`` (https://docs.clamav.net/manual/Usage/Scanning.html): lengths as four bytes, the most
significant first, each before so many bytes; a length of nothing ends it.
"""

import socket
from typing import Final

from django.conf import settings

from referrals.errors import NotWellFormed, ReferralError

CHUNK: Final = 64 * 1024
SECONDS: Final = 20
LONGEST_ANSWER: Final = 4096
CLEAN, UNCHECKED = "clean", "unchecked"


class CannotScan(ReferralError):
    """Nobody can say just now whether a file is harmless."""


def scanned(content: bytes) -> str:
    """That it is clean; or that nobody was asked, where the house has no scanner.

    :raises NotWellFormed: for a file that the scanner knows to do harm.
    :raises CannotScan: if it does not answer, or not so that it can be understood.
    """
    if not settings.CLAMAV:
        return UNCHECKED
    try:
        answer = _asked(content)
    except OSError:
        raise CannotScan(
            "Files cannot be checked for viruses just now. Nothing was kept: try again later."
        ) from None
    if answer.endswith(" FOUND"):
        raise NotWellFormed("file", "The virus scanner refuses this file. Tell your IT service.")
    if answer != "stream: OK":
        raise CannotScan(
            "Files cannot be checked for viruses just now. Nothing was kept: try again later."
        )
    return CLEAN


def _asked(content: bytes) -> str:
    host, _, port = settings.CLAMAV.rpartition(":")
    with socket.create_connection((host, int(port)), SECONDS) as channel:
        channel.settimeout(SECONDS)
        channel.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), CHUNK):
            part = content[start : start + CHUNK]
            channel.sendall(len(part).to_bytes(4, "big") + part)
        channel.sendall(bytes(4))
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
            if not (part := channel.recv(LONGEST_ANSWER)):
                break
            answer += part
    return answer.rstrip(b"\0").decode(errors="replace").strip()
