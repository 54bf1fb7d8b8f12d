"""Hides lengths: len32 | plaintext | zeros, to a multiple of 64; past 512, a power of two."""

BLOCK = 64
LARGEST_IN_BLOCKS = 512
PREFIX = 4


def pad(plaintext: bytes) -> bytes:
    """Round up, so that a name of three letters is stored as long as one of thirty."""
    framed = len(plaintext).to_bytes(PREFIX, "big") + plaintext
    return framed.ljust(_padded_length(len(plaintext)), b"\x00")


def unpad(padded: bytes) -> bytes | None:
    """The plaintext, or None when this is not what `pad` makes."""
    length = int.from_bytes(padded[:PREFIX], "big")
    plaintext = padded[PREFIX : PREFIX + length]
    return plaintext if pad(plaintext) == padded else None


def _padded_length(length: int) -> int:
    framed = PREFIX + length
    if framed <= LARGEST_IN_BLOCKS:
        return -(-framed // BLOCK) * BLOCK
    return 1 << (framed - 1).bit_length()
