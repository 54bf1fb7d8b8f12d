"""The codes that the contract names agencies by, kept in memory: a code is never changed."""

from typing import Final

from django.db import connection

from accounts.models import Agency

_CODES: Final[dict[str, dict[int, str]]] = {}


def code_of(agency_id: int) -> str:
    """An agency's code. All of them are read again when there is one that was not there before."""
    codes = _CODES.setdefault(str(connection.settings_dict["NAME"]), {})
    if agency_id not in codes:
        codes.update(Agency.objects.values_list("pk", "code"))
    return codes[agency_id]
