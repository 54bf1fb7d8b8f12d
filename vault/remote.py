"""The key service as a process of its own, asked over its socket. ``keyd/`` is the other end."""

import socket
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final
from uuid import UUID
from weakref import WeakKeyDictionary

from tenancy.request_id import current_request_id
from tenancy.work import Work, current_work
from vault import wire
from vault.assertions import Asker, assert_asker
from vault.bundles import CaseKeys, SealedBundle
from vault.checkpoints import SignedStand, Stand
from vault.errors import CannotOpen, KeyMissing, KeyRefused, away
from vault.sealing import new_key
from vault.signing import Signature

PATIENCE: Final = 8.0
"""Seconds: longer than the service waits for a lock in the database."""
SAID: Final[Mapping[str, Callable[[], Exception]]] = {
    "cannot open": CannotOpen,
    "key missing": lambda: KeyMissing("There is no such key."),
    "refused": KeyRefused,
}


class RemoteKeyd:
    """Asks for everything that takes a key of the house; `vault.keyd.Keyd` says what verbs mean.

    What this very transaction has sealed it knows already, and the service cannot see its rows
    yet: it is remembered until the transaction's end, and not asked for.
    """

    def __init__(self, path: Path, assertion_key: bytes) -> None:
        self._path, self._key = path, assertion_key
        self._local = threading.local()
        self._made: WeakKeyDictionary[Work, dict[tuple[UUID, int, bytes], CaseKeys]]
        self._made = WeakKeyDictionary()

    def make_agency_keys(self, agency_id: int) -> None:
        """Refused: the operator's command makes them, which has the root."""
        self._ask("make_agency_keys", agency_id)

    def new_case_keys(self, compartments: Iterable[str], epoch: int) -> CaseKeys:
        """One random key for each compartment, made here."""
        return {(compartment, epoch): new_key() for compartment in compartments}

    def new_erasure_key(self) -> bytes:
        """Random too."""
        return new_key()

    def seal_bundle(
        self, keys: CaseKeys, *, case_id: UUID, agency_id: int, epoch: int, erasure_key: bytes
    ) -> SealedBundle:
        """Have it sealed and signed, and remember what is in it while this work lasts."""
        words = {"case_id": case_id, "agency_id": agency_id, "epoch": epoch}
        made = SealedBundle(*self._ask("seal_bundle", keys, erasure_key=erasure_key, **words))
        if (work := current_work()) is not None:
            self._made.setdefault(work, {})[case_id, agency_id, made.sealed] = dict(keys)
        return made

    def open_bundles(
        self,
        case_id: UUID,
        agency_id: int,
        bundles: Iterable[SealedBundle],
        erasure_key: bytes,
        *,
        purpose: str = "open",
    ) -> CaseKeys:
        """Ask for the keys as whoever this work is for. KeyRefused if they may not have them."""
        work = current_work()
        made = self._made.get(work, {}) if work else {}
        keys: dict[tuple[str, int], bytes] = {}
        unknown = []
        for bundle in bundles:
            known = made.get((case_id, agency_id, bundle.sealed))
            if known is None:
                unknown.append(bundle)
            else:
                keys |= known
        if unknown:
            keys |= self._opened(work, case_id, agency_id, unknown, erasure_key, purpose)
        return keys

    def _opened(
        self,
        work: Work | None,
        case_id: UUID,
        agency_id: int,
        bundles: Sequence[SealedBundle],
        erasure_key: bytes,
        purpose: str,
    ) -> CaseKeys:
        context = work.context if work else None
        if context is None or context.agency_id is None or context.membership_id is None:
            raise KeyRefused
        asker = Asker(str(context.kind), context.agency_id, context.membership_id)
        said = assert_asker(self._key, asker, request_id=current_request_id(), at=int(time.time()))
        opened: CaseKeys = self._ask(
            "open_bundles",
            case_id,
            agency_id,
            bundles,
            erasure_key,
            purpose=purpose,
            asker=asker,
            assertion=said,
        )
        return opened

    def sign_offer(self, parts: Sequence[str]) -> Signature:
        """Have it signed."""
        return Signature(*self._ask("sign_offer", parts))

    def check_offer(self, parts: Sequence[str], signature: Signature) -> None:
        """Have it checked."""
        self._ask("check_offer", parts, signature)

    def sign_checkpoint(self, stand: Stand) -> SignedStand:
        """Have it signed, if this process is the notary."""
        return SignedStand(*self._ask("sign_checkpoint", stand))

    def tag(self, agency_id: int, purpose: str, parts: Sequence[str]) -> bytes:
        """Ask for the tag."""
        return bytes(self._ask("tag", agency_id, purpose, parts))

    def tags(self, agency_id: int, purpose: str, parts: Sequence[str]) -> Mapping[int, bytes]:
        """Ask for the tags."""
        found: Mapping[int, bytes] = self._ask("tags", agency_id, purpose, parts)
        return found

    def index_key_version(self, agency_id: int, purpose: str) -> int:
        """Ask which it is."""
        return int(self._ask("index_key_version", agency_id, purpose))

    def seal_secret(self, purpose: str, context: str, plaintext: bytes) -> bytes:
        """Have it sealed."""
        return bytes(self._ask("seal_secret", purpose, context, plaintext))

    def open_secret(self, purpose: str, context: str, sealed: bytes) -> bytes:
        """Have it opened."""
        return bytes(self._ask("open_secret", purpose, context, sealed))

    def keyed_hash(self, purpose: str, message: bytes) -> bytes:
        """Have it made."""
        return bytes(self._ask("keyed_hash", purpose, message))

    def healthcheck(self) -> None:
        """Raise unless the service and its root answer."""
        self._ask("healthcheck")

    def _ask(self, verb: str, *words: object, **named: object) -> Any:
        """One question, one answer. A connection that has gone stale is made anew, once.

        :raises KeyServiceAway: if nobody answers.
        """
        question = {"verb": verb, "words": words, "named": named}
        for is_last in (False, True):
            is_fresh = getattr(self._local, "channel", None) is None
            try:
                channel = self._channel()
                wire.send(channel, question)
                answer = wire.receive(channel)
                break
            except (OSError, EOFError, wire.Garbled) as failure:
                self.hang_up()
                if is_last or is_fresh or isinstance(failure, TimeoutError):
                    raise away(type(failure).__name__) from None
        match answer:
            case {"said": said}:
                return said
            case {"refused": str(why)} if why in SAID:
                raise SAID[why]()
            case _:
                raise away("an answer we do not know")

    def _channel(self) -> socket.socket:
        channel: socket.socket | None = getattr(self._local, "channel", None)
        if channel is None:
            channel = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            channel.settimeout(PATIENCE)
            self._local.channel = channel
            channel.connect(str(self._path))
        return channel

    def hang_up(self) -> None:
        """Close this thread's connection; the next question makes another."""
        channel, self._local.channel = getattr(self._local, "channel", None), None
        if channel is not None:
            with suppress(OSError):
                channel.close()
