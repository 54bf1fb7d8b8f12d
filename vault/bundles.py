"""Bundles: the case keys one agency was granted, sealed to it and under the case's erasure key.

    bundle  = 0x01 version | suite byte | salt[32] | commit[32]
              | GCM under the erasure key, aad = version | suite byte | CTX, of HPKE(payload)
    payload = count16 | entries by compartment and epoch: len8 | compartment | epoch32 | key[32]
    CTX     = LP("bundle") LP(case_id) LP(agency_id) LP(epoch) LP(key_version)
    HPKE    = RFC 9180 base mode, single shot (enc | ciphertext), info = "pierhead/v1/bundle" | CTX

Delete the erasure key and no bundle of the case opens again, whoever holds the agency's key.
"""

import hashlib
import struct
from collections.abc import Mapping
from typing import NamedTuple

from vault.encoding import length_prefixed
from vault.errors import refused
from vault.keypairs import SUITE_BYTE, KeySuite, PrivateKey, PublicKey
from vault.sealing import KEY_LENGTH, seal, unseal

CaseKeys = Mapping[tuple[str, int], bytes]
"""{(compartment, epoch): key}"""

VERSION = b"\x01"
HPKE_LABEL = b"pierhead/v1/bundle"
ERASURE_LABEL = b"pierhead/v1/bundle/erasure"


class BundleContext(NamedTuple):
    """Whose bundle, of which case, from which epoch, to which version of the agency's key."""

    case_id: str
    agency_id: str
    epoch: int
    key_version: int


class SealedBundle(NamedTuple):
    """A bundle as it is stored, with the signature that says we made it."""

    epoch: int
    sealed: bytes
    key_version: int
    signature: bytes


def seal_bundle(
    keys: CaseKeys, *, to: PublicKey, erasure_key: bytes, context: BundleContext
) -> bytes:
    """Seal the granted keys to one agency. An epoch's bundle cannot carry a later epoch's key."""
    if not _fits(keys, context):
        raise ValueError("A bundle holds 32-byte keys of its own epoch and earlier ones.")
    inner = to.seal(_payload(keys), info=HPKE_LABEL + _encoded(context))
    return seal(
        erasure_key,
        inner,
        header=_header(to.suite),
        label=ERASURE_LABEL,
        context=_encoded(context),
    )


def open_bundle(
    sealed: bytes, *, private: PrivateKey, erasure_key: bytes, context: BundleContext
) -> CaseKeys:
    """The granted keys. CannotOpen for another case, agency, epoch, key version or erasure key."""
    encoded, header = _encoded(context), _header(private.suite)
    inner = unseal(erasure_key, sealed, header=header, label=ERASURE_LABEL, context=encoded)
    payload = None if inner is None else private.open(inner, info=HPKE_LABEL + encoded)
    keys = None if payload is None else _keys(payload)
    if keys is None or not _fits(keys, context):
        raise refused("bundle")
    return keys


def signed_parts(context: BundleContext, sealed: bytes) -> list[bytes | str | int]:
    """What the signature on a bundle covers."""
    return [*context, hashlib.sha256(sealed).digest()]


def _fits(keys: CaseKeys, context: BundleContext) -> bool:
    return all(
        len(key) == KEY_LENGTH and epoch <= context.epoch for (_, epoch), key in keys.items()
    )


def _header(suite: KeySuite) -> bytes:
    return VERSION + SUITE_BYTE[suite]


def _encoded(context: BundleContext) -> bytes:
    return length_prefixed("bundle", *context)


def _payload(keys: CaseKeys) -> bytes:
    entries = (_entry(name, epoch, key) for (name, epoch), key in sorted(keys.items()))
    return struct.pack(">H", len(keys)) + b"".join(entries)


def _entry(compartment: str, epoch: int, key: bytes) -> bytes:
    name = compartment.encode()
    return struct.pack(">B", len(name)) + name + struct.pack(">I", epoch) + key


def _keys(payload: bytes) -> CaseKeys | None:
    """Read a payload; None unless it is, byte for byte, what `_payload` writes."""
    keys, position = {}, 2
    try:
        for _ in range(*struct.unpack_from(">H", payload)):
            name_ends = position + 1 + payload[position]
            name = payload[position + 1 : name_ends].decode()
            (epoch,) = struct.unpack_from(">I", payload, name_ends)
            position = name_ends + 4 + KEY_LENGTH
            keys[name, epoch] = payload[name_ends + 4 : position]
    except (struct.error, IndexError, UnicodeDecodeError):
        return None
    return keys if _payload(keys) == payload else None
