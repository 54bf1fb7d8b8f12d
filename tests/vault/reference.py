"""The formats once more, written from their description alone: no import from the house.

Hashes and AES-GCM are the library's; so are bare X25519, ML-KEM and Ed25519. HKDF, HPKE (RFC 9180),
X-Wing, framing and padding are done here by hand, so that a mistake in `vault/` is not made twice.
"""

import hashlib
import hmac
import struct

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

ZERO_NONCE = b"\x00" * 12
XWING_LABEL = bytes.fromhex("5c2e2f2f5e5c")


def lp(*parts):
    encoded = [p if isinstance(p, bytes) else str(p).encode("utf-8") for p in parts]
    return b"".join(struct.pack(">I", len(e)) + e for e in encoded)


def hkdf_extract(salt, ikm):
    return hmac.new(salt or b"\x00" * 32, ikm, hashlib.sha256).digest()


def hkdf_expand(prk, info, length):
    out, block, counter = b"", b"", 1
    while len(out) < length:
        block = hmac.new(prk, block + info + bytes([counter]), hashlib.sha256).digest()
        out, counter = out + block, counter + 1
    return out[:length]


def hkdf(ikm, salt, info, length):
    return hkdf_expand(hkdf_extract(salt, ikm), info, length)


# -- the committing seal ---------------------------------------------------------------------


def seal(key, salt, header, label, context, plaintext):
    okm = hkdf(key, salt, label + hashlib.sha256(context).digest(), 64)
    locked = AESGCM(okm[:32]).encrypt(ZERO_NONCE, plaintext, header + context)
    return header + salt + okm[32:] + locked


def padded(plaintext):
    framed = struct.pack(">I", len(plaintext)) + plaintext
    size = 64
    while size < len(framed):
        size = size + 64 if size < 512 else size * 2
    return framed + b"\x00" * (size - len(framed))


def field(key, salt, context, plaintext):
    ctx = lp("case_field", *context)
    return seal(key, salt, b"\x01\x01", b"pierhead/v1/field", ctx, padded(plaintext))


def secret(key, salt, version, purpose, context, plaintext):
    header = b"\x01" + struct.pack(">I", version)
    ctx = lp("secret", purpose, context)
    return seal(key, salt, header, b"pierhead/v1/secret", ctx, padded(plaintext))


def wrapped(root, salt, purpose, context, key):
    header = b"\x01" + root_id(root)
    pairs = [part for name in sorted(context) for part in (name, context[name])]
    under = root_key(root, f"wrap/{purpose}")
    return seal(under, salt, header, b"pierhead/v1/wrap", lp("wrap", purpose, *pairs), key)


def root_key(root, use):
    return hkdf(root, b"", b"pierhead/v1/root/" + use.encode(), 32)


def root_id(root):
    return hashlib.sha256(root_key(root, "id")).digest()[:8]


# -- bundles ---------------------------------------------------------------------------------


def payload(keys):
    entries = b"".join(
        bytes([len(name.encode())]) + name.encode() + struct.pack(">I", epoch) + key
        for (name, epoch), key in sorted(keys.items())
    )
    return struct.pack(">H", len(keys)) + entries


def open_bundle(bundle, suite, seeds, erasure_key, context):
    ctx = lp("bundle", *context)
    header, salt = bundle[:2], bundle[2:34]
    assert header == {"xwing": b"\x01\x01", "x25519": b"\x01\x03"}[suite]
    label = b"pierhead/v1/bundle/erasure"
    okm = hkdf(erasure_key, salt, label + hashlib.sha256(ctx).digest(), 64)
    assert bundle[34:66] == okm[32:]
    inner = AESGCM(okm[:32]).decrypt(ZERO_NONCE, bundle[66:], header + ctx)
    decapsulate = {"xwing": xwing_shared, "x25519": x25519_shared}[suite]
    kem_id, enc_length = {"xwing": (0x647A, 1120), "x25519": (0x0020, 32)}[suite]
    enc, locked = inner[:enc_length], inner[enc_length:]
    key, nonce = hpke_key(kem_id, decapsulate(seeds, enc), b"pierhead/v1/bundle" + ctx)
    return AESGCM(key).decrypt(nonce, locked, b"")


def hpke_key(kem_id, shared, info):
    """RFC 9180 key schedule, base mode: KDF HKDF-SHA256 (1), AEAD AES-256-GCM (2)."""
    suite = b"HPKE" + struct.pack(">HHH", kem_id, 1, 2)
    psk_id_hash = hkdf_extract(b"", b"HPKE-v1" + suite + b"psk_id_hash")
    info_hash = hkdf_extract(b"", b"HPKE-v1" + suite + b"info_hash" + info)
    schedule = b"\x00" + psk_id_hash + info_hash
    secret_ = hkdf_extract(shared, b"HPKE-v1" + suite + b"secret")

    def expand(label, length):
        labelled = struct.pack(">H", length) + b"HPKE-v1" + suite + label + schedule
        return hkdf_expand(secret_, labelled, length)

    return expand(b"key", 32), expand(b"base_nonce", 12)


def x25519_shared(seeds, enc):
    """DHKEM(X25519, HKDF-SHA256)."""
    private = X25519PrivateKey.from_private_bytes(seeds)
    exchanged = private.exchange(X25519PublicKey.from_public_bytes(enc))
    kem_context = enc + private.public_key().public_bytes_raw()
    suite = b"KEM" + struct.pack(">H", 0x0020)
    prk = hkdf_extract(b"", b"HPKE-v1" + suite + b"eae_prk" + exchanged)
    labelled = struct.pack(">H", 32) + b"HPKE-v1" + suite + b"shared_secret" + kem_context
    return hkdf_expand(prk, labelled, 32)


def xwing_shared(seeds, enc):
    """X-Wing: SHA3-256 over both shared secrets, the X25519 share, its public key and a label."""
    private = X25519PrivateKey.from_private_bytes(seeds[64:])
    first = MLKEM768PrivateKey.from_seed_bytes(seeds[:64]).decapsulate(enc[:1088])
    second = private.exchange(X25519PublicKey.from_public_bytes(enc[1088:]))
    public = private.public_key().public_bytes_raw()
    return hashlib.sha3_256(first + second + enc[1088:] + public + XWING_LABEL).digest()


# -- signatures, tags, hashes ----------------------------------------------------------------


def signature(seed, domain, parts):
    return Ed25519PrivateKey.from_private_bytes(seed).sign(lp(domain, *parts))


def tag(key, parts):
    return hmac.new(key, lp(*parts), hashlib.sha256).digest()[:16]


def keyed_hash(key, purpose, message):
    return hmac.new(key, lp("pierhead/v1/hash", purpose, message), hashlib.sha256).digest()


ENTRY_FIELDS = [
    "agency_id",
    "seq",
    "at",
    "actor",
    "actor_role",
    "action",
    "object_type",
    "object_id",
    "compartments",
    "purpose",
    "decision",
    "reason",
    "request_id",
]


def entry_hash(fields, previous):
    """SHA-256 of the domain, each field as text behind its length, and the hash before."""

    def said(value):
        if isinstance(value, list):
            return lp(*value)
        return str(value).encode()

    words = {**fields, "at": fields["at"].replace("+00:00", "Z")}
    spoken = lp(*[said(words[name]) for name in ENTRY_FIELDS])
    return hashlib.sha256(b"pierhead/audit/v1" + spoken + previous).digest()


# -- files ----------------------------------------------------------------------------------


def frames(key, context, content):
    place = lp("attachment", *context)
    label = b"pierhead/v1/attachment"
    okm = hkdf(key, b"", label + hashlib.sha256(place).digest(), 64)
    cut = [content[at : at + 65536] for at in range(0, len(content), 65536)] or [b""]
    sealed = [
        AESGCM(okm[:32]).encrypt(
            b"\x00" * 7 + struct.pack(">IB", at, at == len(cut) - 1), part, label + place
        )
        for at, part in enumerate(cut)
    ]
    return [okm[32:] + sealed[0], *sealed[1:]]
