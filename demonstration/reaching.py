"""How somebody may be reached, as rows: rules at the sending, a hold after a fright."""

from datetime import datetime

from accounts.models import Membership
from demonstration.casebook import Casebook
from directory.contact import DIRECT, AskAgain, ContactChannel, DirectContact
from directory.safe_times import windows_to_json
from referrals.compartments import Compartment, cleaned_way
from referrals.lifecycle import PENDING, Status
from referrals.models import ContactHold, ContactRule, RecordKind, Referral
from referrals.ways import told_ways


def tell_ways(book: Casebook, referral: Referral, at: datetime) -> None:
    """What the referral says of safe contact becomes rules, confirmed by whoever sends it."""
    by, contact = referral.sent_by, book.documents.get(Compartment.CONTACT, {})
    reached = False
    for way in told_ways(contact, referral.contact, book.windows):
        rule = ContactRule(
            case=book.case,
            channel=way.channel,
            allowed=way.allowed,
            windows=windows_to_json(way.windows),
            confirmed_at=at,
            confirmed_by=by,
            agency_id=by.agency_id,
            written_at=at,
        )
        words = {"kind": RecordKind.WAY, "code": way.channel, "record_id": rule.record_id}
        book.seal(by, at, Compartment.CONTACT, cleaned_way(way.document), **words)
        book.add(rule)
        reached = reached or (way.allowed and way.channel in DIRECT and bool(way.windows))
    if not reached:
        book.case.contact = referral.contact = DirectContact.HELD


def rule_of(book: Casebook, channel: ContactChannel) -> ContactRule | None:
    """The rule of a channel, where there is one."""
    return next((rule for rule in book.rows[ContactRule] if rule.channel == channel), None)


def hold(book: Casebook, reason: str, by: Membership, at: datetime) -> None:
    """Nobody tries to reach her in any way, until somebody has found a safe one."""
    if not book.rows[ContactHold]:
        book.add(ContactHold(case=book.case, agency_id=by.agency_id, reason=reason, at=at, by=by))
    ask_again(book, AskAgain.HELD)


def ask_again(book: Casebook, why: str) -> None:
    """No way of reaching her is relied on until she has been asked again."""
    for rule in book.rows[ContactRule]:
        rule.ask_again = rule.ask_again or (why if rule.allowed else "")
    book.case.contact = DirectContact.HELD
    for row in book.rows[Referral]:
        if row.status in {*PENDING, Status.ACCEPTED}:
            row.contact = DirectContact.HELD
