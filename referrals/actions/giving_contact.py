"""A way that the referrer finds for the receiver, after it has handed the case over.

It holds no key of the case any more and gains none: what it gives is sealed under a key made for
the occasion, and that key to the receiving agency.
"""

import json
from datetime import datetime
from typing import Final

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import Membership
from accounts.roles import Permission
from audit.recording import record, record_for_both
from directory.contact import ContactChannel
from directory.safe_times import windows_from_json, windows_to_json
from notices.outbox import owe
from referrals.actions._making_a_move import told_on
from referrals.clear_facts import check_code
from referrals.compartments import Compartment, cleaned_way
from referrals.errors import AccessEnded, MoveNotAllowed, NotWellFormed
from referrals.lifecycle import Side, Status
from referrals.models import ErasureKey, GivenContact, Grant, Referral
from referrals.ways import Way
from tenancy.work import unit_of_work
from vault.bundles import SealedBundle
from vault.envelope import FieldContext, open_field, seal_field
from vault.errors import CannotOpen
from vault.keyd import get_keyd

ONE_OFF: Final = "given:contact"
"""The name of the key that is made for the occasion. No case has a part of that name."""


def give_contact(reference: str, way: Way, *, by: Membership) -> None:
    """Give the receiver the other number, or the other way, that it asked for.

    :raises PermissionDenied: for anybody but the referring side.
    :raises MoveNotAllowed: if nothing is asked for.
    :raises AccessEnded: if the referring agency's own access has ended.
    """
    with unit_of_work(by.context):
        parts = [Compartment.CONTACT]
        record("referral.give_contact", about=("referral", reference), compartments=parts)
        visible = Referral.objects.visible_to(by)
        referral = visible.select_for_update(of=("self",)).get(reference=reference)
        if referral.side_of(by.agency_id) is not Side.REFERRING or not by.has(Permission.REFER):
            raise PermissionDenied
        if referral.status != Status.ACCEPTED or not referral.contact_wanted:
            raise MoveNotAllowed("Nothing is asked of you here.")
        at = timezone.now()
        _sealed(way, referral, by, at).save(force_insert=True)
        referral.contact_wanted, referral.contact_wanted_at = "", None
        referral.save(update_fields=["contact_wanted", "contact_wanted_at"])
        told = told_on(referral, Side.RECEIVING)
        dedupe = f"{referral.pk}:given:{at.timestamp()}"
        owe(told, kind="referral.contact_given", reference=reference, dedupe=dedupe)
        record_for_both(referral.receiving_agency_id)


def waiting_contact(referral: Referral) -> GivenContact | None:
    """What the referrer has given and nobody has taken up yet, the newest."""
    waiting = GivenContact.objects.filter(referral=referral, taken_up_at=None)
    return waiting.select_related("by").order_by("-at").first()


def opened_contact(given: GivenContact) -> Way:
    """What was given, opened with the receiving agency's own key.

    :raises AccessEnded: if it is not what was sealed.
    """
    erasure = ErasureKey.objects.get(case=given.case_id)
    bundle = SealedBundle(
        given.epoch, bytes(given.sealed), given.key_version, bytes(given.signature)
    )
    try:
        keys = get_keyd().open_bundles(
            given.case_id, given.to_agency_id, [bundle], bytes(erasure.key)
        )
        key = keys[ONE_OFF, given.epoch]
        plain = open_field(key, bytes(given.envelope), _context_of(given))
    except (CannotOpen, KeyError):
        raise AccessEnded("What was given cannot be opened. Ask for it again.") from None
    windows = windows_from_json(given.windows)
    return Way(channel=given.channel, allowed=True, windows=windows, document=json.loads(plain))


def _sealed(way: Way, referral: Referral, by: Membership, at: datetime) -> GivenContact:
    check_code("channel", way.channel, ContactChannel.values)
    words = cleaned_way(way.document)
    if not way.windows:
        raise NotWellFormed("windows", "Say when it is safe. With no time, nobody may.")
    grant = Grant.objects.live(at).filter(case=referral.case_id, agency=by.agency_id).first()
    erasure = ErasureKey.objects.filter(case=referral.case_id).first()
    if grant is None or erasure is None:
        raise AccessEnded("You can no longer add to this. Ring the service.")
    given = GivenContact(
        referral=referral,
        case_id=referral.case_id,
        agency_id=by.agency_id,
        to_agency_id=referral.receiving_agency_id,
        channel=way.channel,
        windows=windows_to_json(way.windows),
        by=by,
        at=at,
        epoch=grant.last_epoch or grant.first_epoch,
    )
    keyd = get_keyd()
    keys = keyd.new_case_keys([ONE_OFF], epoch=given.epoch)
    plain = json.dumps(words, ensure_ascii=False, separators=(",", ":")).encode()
    given.envelope = seal_field(keys[ONE_OFF, given.epoch], plain, _context_of(given))
    sealed = keyd.seal_bundle(
        keys,
        case_id=given.case_id,
        agency_id=given.to_agency_id,
        epoch=given.epoch,
        erasure_key=bytes(erasure.key),
    )
    given.sealed, given.signature = sealed.sealed, sealed.signature
    given.key_version = sealed.key_version
    return given


def _context_of(given: GivenContact) -> FieldContext:
    return FieldContext(
        case_id=str(given.case_id),
        compartment=ONE_OFF,
        field=f"way:{given.channel}",
        record_id=str(given.pk),
        row_version=1,
        epoch=given.epoch,
    )
