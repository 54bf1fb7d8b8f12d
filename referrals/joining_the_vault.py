"""What this room keeps under keys of the vault, told to it when the house starts."""

from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.utils import timezone

from accounts.models import Agency
from audit.recording import record
from referrals.compartments import notes_of
from referrals.keeping import SHARED
from referrals.models import Bundle, Case, GivenContact, Grant, Referral
from referrals.renewing import renew
from referrals.resealing import SealedTable
from referrals.retagging import SearchTags
from vault.rotation import Room, join


class CaseKeys:
    """The cases, as a change of their keys sees them."""

    def ids_of(self, agency_id: int, *, after: UUID | None, most: int) -> list[UUID]:
        """Cases an agency has access to, in the order of their ids."""
        grants = Grant.objects.live(timezone.now()).filter(agency_id=agency_id)
        if after:
            grants = grants.filter(case_id__gt=after)
        return list(grants.order_by("case_id").values_list("case_id", flat=True)[:most])

    def id_of(self, reference: str) -> UUID:
        """The case of a referral."""
        try:
            return Referral.objects.get(reference=reference).case_id
        except ObjectDoesNotExist:
            raise LookupError(f"There is no referral {reference}.") from None

    def renew(self, case_id: UUID) -> None:
        """Other keys for every part of it."""
        agencies = Grant.objects.filter(case_id=case_id).values_list("agency_id", flat=True)
        parts = {*SHARED, *map(notes_of, agencies)}
        renew(Case.objects.get(pk=case_id), parts=parts)


def join_the_vault() -> None:
    """Have what is kept here moved when keys change."""
    join(
        Room(
            sealed=(
                SealedTable(Bundle, "referrals_bundle", "agency_id"),
                SealedTable(GivenContact, "referrals_givencontact", "to_agency_id"),
            ),
            tagged=SearchTags(),
            cases=CaseKeys(),
            agency_named=_agency_named,
            record=record,
        )
    )


def _agency_named(code: str) -> int:
    try:
        return Agency.objects.get(code=code).pk
    except ObjectDoesNotExist:
        raise LookupError(f"There is no agency {code}.") from None
