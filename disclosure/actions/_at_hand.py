"""The one way to a request that something is done to: locked, the agency's, and not ended."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from accounts.models import Membership
from audit.recording import record
from disclosure.models import DisclosureRequest
from disclosure.reading import requests_of
from referrals.errors import MoveNotAllowed
from tenancy.work import unit_of_work


@contextmanager
def at_hand(
    deed: str, pk: UUID, *, by: Membership, reason: str = ""
) -> Iterator[DisclosureRequest]:
    """Lock a request to do something to it; what is changed in the block is saved.

    :raises DisclosureRequest.DoesNotExist: if there is none, or ``by`` may not know of it.
    :raises PermissionDenied: for all but those who look over what goes out.
    :raises MoveNotAllowed: if it was given out or refused.
    """
    with unit_of_work(by.context):
        asked = requests_of(by).select_for_update(of=("self",)).get(pk=pk)
        record(f"disclosure.{deed}", about=("case_reference", asked.reference), reason=reason)
        if asked.given_at or asked.refused_at:
            raise MoveNotAllowed("This request has been answered.")
        yield asked
        asked.save()
