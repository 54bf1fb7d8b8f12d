"""A case in the making: the rows that the actions would leave, made in memory.

Nothing here asks the database, so that thousands of cases can be put into it at once. What is
sealed is sealed for real, with the same builders the actions use (``referrals/keeping.py``).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import uuid4

from django.db.models import Model
from django.utils import timezone

from accounts.models import Agency, Membership
from demonstration.numbering import References
from demonstration.world import World
from directory.routes import Route
from directory.safe_times import SafeWindow
from directory.sharing import ConsentAnswer
from referrals.beginning import Documents, search_terms
from referrals.compartments import Compartment, notes_of
from referrals.consent import APPROVAL_WITHIN, OVERRIDE_LASTS
from referrals.details import CaseDetails, ConsentDetails
from referrals.keeping import SHARED, Writing, context_of, sealed_bundle, sealed_document
from referrals.lifecycle import Move
from referrals.models import (
    Case,
    ConsentEntry,
    ErasureKey,
    Grant,
    RecordKind,
    Referral,
    ReferralEvent,
    SealedRecord,
    SearchTag,
)
from referrals.models.consent import Purpose
from referrals.references import CASE
from vault.bundles import CaseKeys
from vault.envelope import open_field, seal_field
from vault.keyd import get_keyd

Plain = dict[str, object]
Rows = dict[type[Model], list[Any]]
"""Rows by table: models where more is done to them, plain values by column where nothing is."""


@dataclass(frozen=True, kw_only=True)
class Sending:
    """Who refers to whom, why, and from which police visit."""

    by: Membership
    to: Agency
    source: str
    visit_ended_at: datetime | None = None
    answer_within: timedelta | None = None
    route: str = ""


@dataclass
class Casebook:
    """One case, with every key it ever had and every row it will be saved as."""

    world: World
    dice: Random
    references: References
    now: datetime
    rows: Rows = field(default_factory=lambda: defaultdict(list))
    keys: dict[tuple[str, int], bytes] = field(default_factory=dict)
    held: dict[int, CaseKeys] = field(default_factory=dict)
    grants: dict[int, Grant] = field(default_factory=dict)
    documents: Documents = field(default_factory=dict)
    windows: Sequence[SafeWindow] = ()
    case: Case = field(init=False)
    erasure_key: bytes = field(init=False)

    def add(self, *rows: Model) -> None:
        """Keep rows to be saved."""
        for row in rows:
            self.rows[type(row)].append(row)

    def add_plain(self, table: type[Model], **values: object) -> None:
        """Keep a row that nobody looks at again: a model would cost thirty times as much."""
        self.rows[table].append({"id": uuid4(), **values})

    def happened(
        self,
        referral: Referral,
        move: Move,
        at: datetime,
        by: Membership | None = None,
        reason: str = "",
    ) -> None:
        """Add a line to a referral's timeline."""
        by_id = by.pk if by else None
        self.add_plain(
            ReferralEvent, referral_id=referral.pk, move=move, at=at, by_id=by_id, reason=reason
        )
        self.case.last_activity_at = max(self.case.last_activity_at, at)

    def seal(
        self, by: Membership, at: datetime, part: str, document: dict[str, str], **record: object
    ) -> None:
        """Seal a record to the epoch current now."""
        writing = Writing(self.case, self.keys, by, at)
        self.add(sealed_document(writing, part, document, **record))

    def note(self, by: Membership, at: datetime, text: str) -> None:
        """Keep a note in an agency's own compartment."""
        own = notes_of(by.agency_id)
        self.seal(by, at, own, {"text": text}, kind=RecordKind.NOTE)
        self.case.last_activity_at = max(self.case.last_activity_at, at)

    def seal_anew(self, parts: Collection[str]) -> CaseKeys:
        """Seal what is stored of some parts under other keys of the same epochs; those keys."""
        rows = [row for row in self.rows[SealedRecord] if row.compartment in parts]
        fresh: dict[tuple[str, int], bytes] = {}
        for part, epoch in {(row.compartment, row.epoch) for row in rows}:
            fresh |= get_keyd().new_case_keys([part], epoch)
        for row in rows:
            place, context = (row.compartment, row.epoch), context_of(row)
            plain = open_field(self.keys[place], bytes(row.envelope), context)
            row.envelope = seal_field(fresh[place], plain, context)
        self.keys.update(fresh)
        return fresh

    def give(self, grant: Grant, keys: CaseKeys) -> None:
        """Seal keys to a grant's agency, as the bundle of the last epoch it works in."""
        self.held[grant.agency_id] = {**self.held.get(grant.agency_id, {}), **keys}
        at = Case(pk=self.case.pk, epoch=grant.last_epoch or self.case.epoch)
        self.add(sealed_bundle(grant, keys, at, self.erasure_key))

    def new_epoch(self, agencies: Iterable[int]) -> CaseKeys:
        """Fresh keys, of the case's epoch, for the shared parts and the agencies' notes."""
        notes = [notes_of(agency_id) for agency_id in agencies]
        fresh = get_keyd().new_case_keys([*SHARED, *notes], epoch=self.case.epoch)
        self.keys.update(fresh)
        return fresh

    def live(self, at: datetime, *, without: int) -> list[Grant]:
        """The grants of the other agencies that still work on the case."""
        return [
            grant
            for agency_id, grant in sorted(self.grants.items())
            if agency_id != without
            and grant.revoked_at is None
            and grant.last_epoch is None
            and (grant.expires_at is None or grant.expires_at > at)
        ]

    def newest_line(self, recipient_id: int) -> ConsentEntry:
        """Her last answer about a recipient."""
        lines: list[ConsentEntry] = [
            row for row in self.rows[ConsentEntry] if row.recipient_id == recipient_id
        ]
        return lines[-1]


def begin(
    book: Casebook, details: CaseDetails, consent: ConsentDetails, sending: Sending, at: datetime
) -> Referral:
    """A new case and its first referral, still a draft, with everything said sealed."""
    facts, book.windows = details.facts(timezone.localdate(at)), details.safe_windows
    book.case = Case(opened_at=at, last_activity_at=at, **facts)
    referral = Referral(
        reference=book.references.next(),
        case=book.case,
        referring_agency_id=sending.by.agency_id,
        receiving_agency=sending.to,
        source=sending.source,
        sent_by=sending.by,
        offered=sorted(set(consent.compartments)),
        visit_ended_at=sending.visit_ended_at,
        answer_due_at=_answer_due_at(sending, at),
        outside_programme=sending.route not in {"", Route.JOINED},
        route=sending.route,
        created_at=at,
        **facts,
    )
    book.add(book.case, referral)
    purpose = Purpose.FOLLOW_UP if sending.visit_ended_at else Purpose.SERVICE
    enter(book, consent, sending.to, purpose=purpose, by=sending.by, at=at)
    _make_keys(book, sending.by.agency_id, at)
    _seal_details(book, details, consent.reason, sending.by, at)
    return referral


def enter(
    book: Casebook,
    consent: ConsentDetails,
    recipient: Agency,
    *,
    purpose: str,
    by: Membership,
    at: datetime,
) -> ConsentEntry:
    """Her answer, as a line of the ledger."""
    override = consent.answer != ConsentAnswer.GIVEN
    entry = ConsentEntry(
        case=book.case,
        recipient=recipient,
        purpose=purpose,
        compartments=sorted(set(consent.compartments)),
        answer=consent.answer,
        method=consent.method,
        wording_version=consent.wording_version,
        capacity=consent.capacity,
        basis=consent.basis,
        condition=consent.condition,
        ground=consent.ground,
        safe_to_tell=consent.safe_to_tell,
        taken_by=by,
        taken_by_agency_id=by.agency_id,
        taken_at=at,
        expires_at=consent.expires_at or (at + OVERRIDE_LASTS if override else None),
        approve_by=at + APPROVAL_WITHIN if override else None,
    )
    book.add(entry)
    return entry


def tag(book: Casebook, agency_id: int, parts: Sequence[str]) -> None:
    """Let an agency find the case again by what it can open of it."""
    keyd = get_keyd()
    readable = {part: words for part, words in book.documents.items() if part in parts}
    for purpose, terms in dict.fromkeys(search_terms(readable)):
        book.add_plain(
            SearchTag,
            agency_id=agency_id,
            purpose=purpose,
            key_version=keyd.index_key_version(agency_id, purpose),
            tag=keyd.tag(agency_id, purpose, terms),
            case_id=book.case.pk,
            of_party=False,
        )


def _answer_due_at(sending: Sending, at: datetime) -> datetime | None:
    if sending.answer_within is None:
        return None
    return (sending.visit_ended_at or at) + sending.answer_within


def _make_keys(book: Casebook, agency_id: int, at: datetime) -> None:
    book.erasure_key = get_keyd().new_erasure_key()
    keys = book.new_epoch([agency_id])
    grant = Grant(
        case=book.case,
        agency_id=agency_id,
        reference=book.references.next(CASE),
        compartments=[*SHARED, notes_of(agency_id)],
        first_epoch=book.case.epoch,
        granted_at=at,
    )
    book.grants[agency_id] = grant
    book.add(grant)
    book.add_plain(ErasureKey, case_id=book.case.pk, key=book.erasure_key)
    book.give(grant, keys)


def _seal_details(
    book: Casebook, details: CaseDetails, reason: str, by: Membership, at: datetime
) -> None:
    documents = {part: dict(words) for part, words in details.cleaned_documents.items()}
    if reason:
        documents.setdefault(Compartment.INCIDENT, {})["override_reason"] = reason
    book.documents = documents
    for part, document in documents.items():
        book.seal(by, at, part, document)
    for party in details.cleaned_parties:
        harms = party.kind == "alleged_perpetrator"
        part = Compartment.RISK if harms else Compartment.IDENTITY
        book.seal(by, at, part, dict(party.document), kind=RecordKind.PARTY, code=party.code)
    tag(book, by.agency_id, list(documents))
