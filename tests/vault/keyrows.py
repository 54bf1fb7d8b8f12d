"""The smallest row each table of keys takes."""

from vault.models import AgencyKey, BlindIndexKey, HouseKey, SigningKey

KEY_ROWS = {
    AgencyKey: {"agency_id": 900_300, "suite": "xwing", "public_key": b"p", "signature": b"s"},
    BlindIndexKey: {"agency_id": 900_300, "purpose": "phone"},
    SigningKey: {"purpose": "tests", "public_key": b"p", "signature": b"s"},
    HouseKey: {"purpose": "tests"},
}


def name_of(rows):
    return f"vault_{rows.__name__.lower()}"


def added(rows, **fields):
    return rows.objects.create(**({"version": 1, "wrapped_key": b"w"} | KEY_ROWS[rows] | fields))
