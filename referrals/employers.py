"""For whom somebody works who is feared. Such an agency is asked to help by nobody.

It is sealed with who the risk is from, so only an agency that was given that part can heed it.
"""

from collections.abc import Iterable
from typing import Final

from accounts.models import Agency
from directory.sharing import PartyKind
from referrals.details import PartyDetails
from referrals.errors import NotWellFormed
from referrals.keeping import Record
from referrals.models import RecordKind

FIELD: Final = "works_for"


def check_employers(parties: Iterable[PartyDetails]) -> None:
    """Keep the code of no agency that there is not: it would be heeded by nobody.

    :raises NotWellFormed: for the first that is none.
    """
    named = {party.document[FIELD] for party in parties if party.document.get(FIELD)}
    if named and Agency.objects.filter(code__in=named).count() != len(named):
        raise NotWellFormed(f"party.{FIELD}", "Choose an agency that is on the list.")


def employers_in(records: Iterable[Record]) -> set[str]:
    """The codes of the agencies that somebody feared in opened records works for."""
    feared = f"{PartyKind.ALLEGED_PERPETRATOR}:"
    return {
        each.document[FIELD]
        for each in records
        if each.kind == RecordKind.PARTY
        and each.code.startswith(feared)
        and each.document.get(FIELD)
    }


def refuse_an_employer(to: Agency, records: Iterable[Record]) -> None:
    """Let nothing be passed on to whom somebody feared works for, as far as records say.

    :raises NotWellFormed: if it would be.
    """
    if to.code in employers_in(records):
        raise NotWellFormed(
            "receiving_agency", "Somebody who is feared works there. Choose another agency."
        )
