"""The socket: who may connect, what they may ask, and that an answer says no more than it must."""

import logging
import os
import socket
import socketserver
import struct
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, InterfaceError, close_old_connections, connections

from keyd.models import Purpose
from keyd.releasing import NotTheirs, Wanted, release
from vault import wire
from vault.assertions import Asker, Assertion
from vault.bundles import CaseKeys, SealedBundle
from vault.checkpoints import Stand
from vault.errors import CannotOpen, KeyMissing, KeyRefused, KeyServiceAway
from vault.inline import InlineKeyd
from vault.signing import Signature

_REFUSED: Final[Mapping[type[Exception], str]] = {
    KeyRefused: "refused",
    CannotOpen: "cannot open",
    KeyMissing: "key missing",
    KeyServiceAway: "away",
    DatabaseError: "away",
    InterfaceError: "away",
    **dict.fromkeys((TypeError, KeyError, ValueError, AttributeError), "refused"),
}
"""The narrower before the wider: a refusal is a way of being away."""
_CREDENTIALS: Final = struct.Struct("3i")
PEERS: Final[Mapping[str, frozenset[str]]] = {
    "web": frozenset(
        {
            "open_bundles",
            "seal_bundle",
            "sign_offer",
            "check_offer",
            "tag",
            "tags",
            "index_key_version",
            "seal_secret",
            "open_secret",
            "keyed_hash",
            "healthcheck",
        }
    ),
    "notary": frozenset({"sign_checkpoint", "healthcheck"}),
    "itself": frozenset({"healthcheck"}),
}
"""What each process that may connect asks for. Keys of agencies are made at the command line."""
logger = logging.getLogger(__name__)


def peers_of(words: Iterable[str]) -> dict[int, frozenset[str]]:
    """Who may connect, by user id; without a word whoever runs the service, as the web.

    :raises ImproperlyConfigured: for a word that is not a number, a colon and a process.
    """
    peers: dict[int, frozenset[str]] = {}
    for word in words:
        uid, _, name = word.partition(":")
        if not uid.isdecimal() or name not in PEERS:
            raise ImproperlyConfigured(
                f"KEYD_PEERS has {word!r}; it wants uid:web, uid:notary or uid:itself."
            )
        peers[int(uid)] = peers.get(int(uid), frozenset()) | PEERS[name]
    return peers or {os.getuid(): PEERS["web"]}


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """A thread for each connection; a connection asks one thing after another."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self,
        path: Path,
        service: InlineKeyd,
        *,
        assertion_key: bytes,
        peers: Mapping[int, frozenset[str]],
    ) -> None:
        self.service, self.assertion_key, self.peers = service, assertion_key, peers
        path.unlink(missing_ok=True)  # of a service that was killed
        super().__init__(str(path), _Connection)
        path.chmod(0o666)  # who may connect is asked of the kernel, below

    def handle_error(self, request: Any, client_address: Any) -> None:
        """One line, and nothing of what was asked."""
        del request, client_address
        logger.error("A connection to the key service failed: %s", type(sys.exception()).__name__)


class _Connection(socketserver.BaseRequestHandler):
    server: Server
    request: socket.socket

    def handle(self) -> None:
        raw = self.request.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
        _, uid, _ = _CREDENTIALS.unpack(raw)
        verbs = self.server.peers.get(uid)
        if verbs is None:
            logger.error("Somebody with the user id %s wanted keys.", uid)
            return
        try:
            while True:
                wire.send(self.request, self._answer(wire.receive(self.request), verbs))
                close_old_connections()
        except (EOFError, ConnectionError):
            return
        except wire.Garbled:
            logger.warning("The key service was told something that is no message.")
        finally:
            connections.close_all()

    def _answer(self, question: Any, verbs: frozenset[str]) -> Mapping[str, object]:
        try:
            verb, words, named = question["verb"], question["words"], question["named"]
            if verb not in verbs:
                raise NotTheirs(f"the verb {verb!r:.40} is not this process's")
            return {"said": _VERBS.get(verb, _plain(verb))(self.server, *words, **named)}
        except tuple(_REFUSED) as failure:
            return {"refused": _word_for(failure)}


def _word_for(failure: Exception) -> str:
    """What whoever asked is told; why, only the log knows."""
    word = next(word for kind, word in _REFUSED.items() if isinstance(failure, kind))
    why = failure.why if isinstance(failure, NotTheirs) else type(failure).__name__
    logger.warning("Refused: %s", why)
    return word


def _plain(verb: str) -> Callable[..., object]:
    def ask(server: Server, *words: object, **named: object) -> object:
        return getattr(server.service, verb)(*words, **named)

    return ask


def _open_bundles(
    server: Server,
    case_id: Any,
    agency_id: int,
    bundles: Iterable[Any],
    erasure_key: bytes,
    **said: Any,
) -> CaseKeys:
    sealed = [SealedBundle(*bundle) for bundle in bundles]
    wanted = Wanted(case_id, agency_id, sealed, erasure_key, Purpose(said["purpose"]))
    asserted, request_id, at, proof = said["assertion"]
    return release(
        wanted,
        asker=Asker(*said["asker"]),
        assertion=Assertion(Asker(*asserted), request_id, at, proof),
        key=server.assertion_key,
        service=server.service,
    )


def _check_offer(server: Server, parts: list[str], signature: Any) -> None:
    server.service.check_offer(parts, Signature(*signature))


def _sign_checkpoint(server: Server, stand: Any) -> object:
    return server.service.sign_checkpoint(Stand(*stand))


_VERBS: Final[Mapping[str, Callable[..., object]]] = {
    "open_bundles": _open_bundles,
    "check_offer": _check_offer,
    "sign_checkpoint": _sign_checkpoint,
}
