"""Colleagues in addresses: a sign made from the membership, which says nothing by itself."""

from typing import Final

from django.db.models import QuerySet
from django.urls import register_converter
from django.utils.crypto import salted_hmac

from accounts.models import Membership
from rota.duty import advisers

LENGTH: Final = 16


class ColleagueConverter:
    """Sixteen signs."""

    regex = rf"[0-9a-f]{{{LENGTH}}}"

    def to_python(self, value: str) -> str:
        """As it is."""
        return value

    def to_url(self, value: str) -> str:
        """As it is."""
        return value


register_converter(ColleagueConverter, "colleague")


def sign_of(membership_id: int) -> str:
    """How a colleague stands in an address."""
    made = salted_hmac("portal.rota.colleague", str(membership_id), algorithm="sha256")
    return made.hexdigest()[:LENGTH]


def colleagues(agency_id: int) -> QuerySet[Membership]:
    """The people of the rota, by name."""
    return advisers(agency_id).select_related("user").order_by("user__name", "pk")


def colleague_signed(sign: str, agency_id: int) -> Membership:
    """The colleague an address means.

    :raises Membership.DoesNotExist: if it means nobody of the agency's rota.
    """
    for person in colleagues(agency_id):
        if sign_of(person.pk) == sign:
            return person
    raise Membership.DoesNotExist
