"""The attack the commitment is there for: one AES-GCM ciphertext that opens under two keys.

Without it a referral could show the police one risk and the adviser another, from the same row.
"""

import hashlib

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.vault.reference import ZERO_NONCE, hkdf
from vault.sealing import unseal

REDUCTION = 0xE1 << 120
HEADER, LABEL, CONTEXT, SALT = b"\x01\x01", b"pierhead/v1/test", b"context", b"s" * 32
FIRST, SECOND = b"a" * 32, b"b" * 32


def multiplied(x, y):
    """In GCM's field, bits reflected."""
    product = 0
    for bit in range(127, -1, -1):
        if x >> bit & 1:
            product ^= y
        y = (y >> 1) ^ (REDUCTION if y & 1 else 0)
    return product


def inverted(x):
    result = x
    for _ in range(126):
        result = multiplied(multiplied(result, result), x)
    return multiplied(result, result)


def encrypted_block(key, block):
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305 -- GCM by hand
    return int.from_bytes(encryptor.update(block), "big")


def tag_of(key, aad, ciphertext):
    hash_key, tag = encrypted_block(key, bytes(16)), 0
    lengths = (len(aad) * 8).to_bytes(8, "big") + (len(ciphertext) * 8).to_bytes(8, "big")
    blocks = aad.ljust(-(-len(aad) // 16) * 16, b"\x00") + ciphertext + lengths
    for at in range(0, len(blocks), 16):
        block = int.from_bytes(blocks[at : at + 16], "big")
        tag = multiplied(tag ^ block, hash_key)
    return tag ^ encrypted_block(key, ZERO_NONCE + b"\x00\x00\x00\x01")


def opening_under_both(keys, aad, blocks=3):
    """Choose the last ciphertext block so that both keys give the same tag."""
    start = b"\x5a" * 16 * (blocks - 1)
    difference = tag_of(keys[0], aad, start + bytes(16)) ^ tag_of(keys[1], aad, start + bytes(16))
    squares = [multiplied(h, h) for h in (encrypted_block(key, bytes(16)) for key in keys)]
    last = multiplied(difference, inverted(squares[0] ^ squares[1])).to_bytes(16, "big")
    return start + last + tag_of(keys[0], aad, start + last).to_bytes(16, "big")


def message_key(key):
    okm = hkdf(key, SALT, LABEL + hashlib.sha256(CONTEXT).digest(), 64)
    return okm[:32], okm[32:]


@pytest.mark.parametrize(("opens", "refused"), [(FIRST, SECOND), (SECOND, FIRST)])
def test_a_ciphertext_made_for_two_keys_opens_under_the_committed_one_alone(opens, refused):
    keys = [message_key(FIRST)[0], message_key(SECOND)[0]]
    locked = opening_under_both(keys, HEADER + CONTEXT)
    shown = {AESGCM(key).decrypt(ZERO_NONCE, locked, HEADER + CONTEXT) for key in keys}

    sealed = HEADER + SALT + message_key(opens)[1] + locked

    assert len(shown) == 2
    assert unseal(opens, sealed, header=HEADER, label=LABEL, context=CONTEXT) in shown
    assert unseal(refused, sealed, header=HEADER, label=LABEL, context=CONTEXT) is None
