"""LP(x) = 32-bit length | x: joins parts so that no two lists of parts share an encoding."""


def length_prefixed(*parts: bytes | str | int) -> bytes:
    """Encode parts in order; text as UTF-8, whole numbers as decimal ASCII."""
    return b"".join(len(raw).to_bytes(4, "big") + raw for raw in map(_raw, parts))


def _raw(part: bytes | str | int) -> bytes:
    return part if isinstance(part, bytes) else str(part).encode()
