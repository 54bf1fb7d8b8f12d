"""Writing down how she may be reached: the sealed words, the clear rule beside them, the summary.

Callers hold the case's lock and have seen to it that the writer may.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from accounts.models import Membership
from directory.contact import BY_NUMBER, AskAgain, ContactChannel, DirectContact
from directory.safe_times import SafeWindow, windows_from_json, windows_to_json
from referrals.clear_facts import check_code
from referrals.compartments import Compartment, Document, cleaned_way
from referrals.errors import NotWellFormed
from referrals.keeping import Writing, document_of, newest_documents, sealed_document
from referrals.lifecycle import PENDING, Status
from referrals.models import (
    Case,
    ContactHold,
    ContactRule,
    RecordKind,
    Referral,
    SealedRecord,
)
from referrals.models.facts import ClearFacts
from referrals.safe_contact import Summary, Ways, summary_of, ways_of

_SAID_OF_EVERY_WAY: Final = ("who_may_answer", "leave_message", "what_to_say", "code_word")
REACHED_BY: Final[Mapping[str, str]] = {
    **dict.fromkeys(BY_NUMBER, "phone"),
    ContactChannel.EMAIL: "email",
    ContactChannel.SAFE_PERSON: "safe_person",
}
"""Which of the words say where she is reached by a channel. A letter and a visit need none."""
_LIVING: Final = (*PENDING, Status.ACCEPTED)


@dataclass(frozen=True, kw_only=True)
class Way:
    """One way to reach her as somebody has just said it. ``document`` is to be sealed."""

    channel: str
    allowed: bool
    windows: Sequence[SafeWindow] = ()
    document: Document = field(default_factory=dict)
    expires_at: datetime | None = None


def told_ways(contact: Document, direct: str, windows: Sequence[SafeWindow]) -> list[Way]:
    """The ways that a referral's words amount to: the channel that was named, and no other.

    A number without a channel is one to call. What was to be gone through is a way of its own.
    """
    channel = contact.get("channel") or _implied(contact)
    words = {name: contact[name] for name in _SAID_OF_EVERY_WAY if contact.get(name)}
    told = {}
    if channel in ContactChannel.values and channel != ContactChannel.SAFE_PERSON:
        reach = "email" if channel == ContactChannel.EMAIL else "phone"
        needed = reach == "email" or channel in BY_NUMBER
        document = {**words, **({reach: contact.get(reach, "")} if needed else {})}
        allowed = direct == DirectContact.ALLOWED and bool(document.get(reach) or not needed)
        told[channel] = Way(channel=channel, allowed=allowed, windows=windows, document=document)
    if person := contact.get("safe_person"):
        channel = str(ContactChannel.SAFE_PERSON)
        document = {**words, "safe_person": person}
        told[channel] = Way(channel=channel, allowed=True, windows=windows, document=document)
    return list(told.values())


def _implied(contact: Document) -> str:
    if contact.get("phone"):
        return str(ContactChannel.PHONE_CALL)
    return str(ContactChannel.EMAIL) if contact.get("email") else ""


class Confirmed(NamedTuple):
    """Who asked her, and when."""

    by: Membership
    at: datetime


class NewWay(NamedTuple):
    """A way that was just said: its clear rule, and the words to be sealed beside it."""

    rule: ContactRule
    words: Document


def write_way(writing: Writing, way: Way, confirmed: Confirmed | None = None) -> ContactRule:
    """Keep one way as it was just said, confirmed by whoever writes, unless somebody else asked
    her. What stood before stays.

    The caller lets the summary follow.

    :raises NotWellFormed: for a channel or words that cannot be kept.
    """
    rule = ContactRule.objects.filter(case=writing.case, channel=way.channel).first()
    rule = rule or ContactRule(case=writing.case, channel=way.channel, version=0)
    new = _said(rule, way, Confirmed(writing.by, writing.at), confirmed)
    sealed_way(writing, new).save(force_insert=True)
    new.rule.save()
    return new.rule


def write_told_ways(writing: Writing, referral: Referral, contact: Document) -> None:
    """Make rules of what a referral's own words say, confirmed now; its summary follows them."""
    windows = windows_from_json(referral.safe_windows)
    for way in told_ways(contact, referral.contact, windows):
        write_way(writing, way)
    follow(writing.case.pk, referral, at=writing.at)


def first_ways(
    referral: Referral, contact: Document, *, by: Membership, at: datetime
) -> list[NewWay]:
    """The ways that a referral about a new case tells of, to be saved with it; the summary on
    both rows, which are not saved either, follows them already.
    """
    windows = windows_from_json(referral.safe_windows)
    ways = [
        _said(
            ContactRule(case=referral.case, channel=way.channel, version=0), way, Confirmed(by, at)
        )
        for way in told_ways(contact, referral.contact, windows)
    ]
    rules = {way.rule.channel: way.rule for way in ways}
    known = Ways(held=False, is_direct=True, rules=rules)
    _show(known, summary_of(known, at), referral, referral.case)
    return ways


def sealed_way(writing: Writing, new: NewWay) -> SealedRecord:
    """The words of a way, sealed under the version that its rule now names; a row to save."""
    return sealed_document(
        writing,
        Compartment.CONTACT,
        new.words,
        kind=RecordKind.WAY,
        code=new.rule.channel,
        record_id=new.rule.record_id,
        version=new.rule.version,
    )


def _said(
    rule: ContactRule, way: Way, written: Confirmed, confirmed: Confirmed | None = None
) -> NewWay:
    check_code("channel", way.channel, ContactChannel.values)
    if way.expires_at and way.expires_at <= written.at:
        raise NotWellFormed("expires_at", "That time has passed.")
    words = cleaned_way(way.document)
    rule.version += 1
    rule.allowed, rule.windows = way.allowed, windows_to_json(way.windows)
    rule.expires_at, rule.ask_again = way.expires_at, ""
    rule.confirmed_by, rule.confirmed_at = confirmed or written
    rule.agency_id, rule.written_at = written.by.agency_id, written.at
    return NewWay(rule, words)


def told_contact(case_id: UUID, agency_id: int) -> Document:
    """The contact document as an agency can open it: what the referrer said at first."""
    records = newest_documents(case_id, agency_id, [Compartment.CONTACT])
    return document_of(records, Compartment.CONTACT)


def words_of(case_id: UUID, agency_id: int) -> Mapping[str, Document]:
    """The sealed words of each way, by channel, as an agency can open them."""
    records = newest_documents(case_id, agency_id, [Compartment.CONTACT])
    return {each.code: each.document for each in records if each.kind == RecordKind.WAY}


def follow(case_id: UUID, *seen: ClearFacts, at: datetime) -> Summary:
    """Let the clear summary follow the rules, on the case and on every living referral in reach.

    ``seen`` are rows in hand that say the same from now on; whoever holds them may save them.
    """
    ways = ways_of(case_id)
    summary = summary_of(ways, at)
    _say(case_id, _show(ways, summary, *seen))
    return summary


def _show(ways: Ways, summary: Summary, *rows: ClearFacts) -> dict[str, object]:
    """Put a summary on rows in hand; which facts it says. Without a rule it says no times."""
    facts: dict[str, object] = {"contact": summary.contact}
    if ways.rules:
        facts["safe_windows"] = windows_to_json(summary.windows)
    for row in rows:
        for name, value in facts.items():
            setattr(row, name, value)
    return facts


def hold(case_id: UUID, reason: str, *seen: ClearFacts, by: Membership, at: datetime) -> None:
    """Hold contact with her in every way, everywhere the case has gone, until it is released."""
    hold_ = ContactHold(case_id=case_id, agency_id=by.agency_id, reason=reason, at=at, by=by)
    if not ContactHold.objects.filter(case=case_id, released_at=None).exists():
        hold_.save(force_insert=True)
    relied_on = ContactRule.objects.filter(case=case_id, allowed=True, ask_again="")
    relied_on.update(ask_again=AskAgain.HELD)  # a way found later is not a way back to these
    follow(case_id, *seen, at=at)


def mark_ask_again(rules: QuerySet[ContactRule], why: str, *, at: datetime) -> int:
    """Let ways that were safe not be relied on until somebody asked again; how many.

    Of a way that says so already nothing changes, so that nobody is woken twice.
    """
    relied_on = rules.filter(allowed=True, ask_again="")
    cases = set(relied_on.values_list("case_id", flat=True))
    marked = relied_on.update(ask_again=why)
    for case_id in cases:
        narrow(case_id, at=at)
    return marked


def ask_everything_again(case_id: UUID, why: str) -> int:
    """Let no way be relied on, whoever says so and whether or not they see the rules; how many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT referrals_ask_again(%s, %s)", [case_id, why])
        return int(cursor.fetchone()[0])


def narrow(case_id: UUID, *, at: datetime) -> None:
    """Let the summary follow where it can only have become narrower. The clock's way to do it:
    the database lets the worker hold contact and take times away, and nothing else."""
    summary = summary_of(ways_of(case_id), at)
    if summary.contact == DirectContact.HELD:
        _say(case_id, {"contact": summary.contact})
    else:
        _say(case_id, {"safe_windows": windows_to_json(summary.windows)})


def _say(case_id: UUID, facts: Mapping[str, object]) -> None:
    Case.objects.filter(pk=case_id).update(**facts)
    Referral.objects.filter(case=case_id, status__in=_LIVING).update(**facts)
