"""Field envelope v1: one field of one row of one case, under its compartment's key.

    0x01 version | 0x01 suite | salt[32] | commit[32]
    | GCM(pt = padded plaintext, aad = version | suite | CTX)
    CTX = LP("case_field") LP(case_id) LP(compartment) LP(field) LP(record_id)
          LP(row_version) LP(epoch)

Moved to another row, field, compartment, version or epoch it does not open.
"""

from typing import NamedTuple

from vault.encoding import length_prefixed
from vault.errors import refused
from vault.padding import pad, unpad
from vault.sealing import seal, unseal

HEADER = b"\x01\x01"
LABEL = b"pierhead/v1/field"


class FieldContext(NamedTuple):
    """Where a sealed field belongs."""

    case_id: str
    compartment: str
    field: str
    record_id: str
    row_version: int
    epoch: int


def seal_field(key: bytes, plaintext: bytes, context: FieldContext) -> bytes:
    """Seal a field's value; sealing the empty value too hides that there is none."""
    return seal(key, pad(plaintext), header=HEADER, label=LABEL, context=_encoded(context))


def open_field(key: bytes, envelope: bytes, context: FieldContext) -> bytes:
    """The field's value. CannotOpen unless key, place and bytes are those it was sealed with."""
    padded = unseal(key, envelope, header=HEADER, label=LABEL, context=_encoded(context))
    plaintext = None if padded is None else unpad(padded)
    if plaintext is None:
        raise refused("field")
    return plaintext


def _encoded(context: FieldContext) -> bytes:
    return length_prefixed("case_field", *context)
