"""Assessing: the answers sealed, the bands in the clear, and a person's grade beside the score."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import Membership
from accounts.roles import Permission
from audit.recording import record
from directory.harm import RiskBand
from notices.outbox import owe
from referrals import policy
from referrals.actions._making_a_move import holding, lock_case
from referrals.actions.keeping_notes import writing_to
from referrals.compartments import LONG, Compartment, cleaned_note
from referrals.errors import AccessEnded, NotWellFormed
from referrals.keeping import Writing, keys_of, sealed_document
from referrals.lifecycle import PENDING, Side
from referrals.models import Case, RecordKind, Referral
from risk.definition import Definition
from risk.models import Assessment, RiskTool
from risk.parsing import parse
from risk.reasons import GradeReason, Source
from risk.rules import reaches, rule_for
from risk.scoring import Result, count, graver, is_graver
from tenancy.work import unit_of_work

SKEW: Final = timedelta(minutes=5)
LONGEST_AGO: Final = timedelta(days=90)
HIGH: Final = "risk.high"


@dataclass(frozen=True, kw_only=True)
class NewAssessment:
    """What is asked and judged. Items left out of ``answers`` are unanswered, which is not No.

    ``sources`` says whose word an answer is, where it is not theirs. ``lowers`` says outright
    that a lower grade is to lower the risk the case stands at; without it that only ever rises.
    """

    tool: str
    version: int
    answers: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    source: str = Source.PERSON
    grade: str = ""
    reasons: Sequence[str] = ()
    words: str = ""
    lowers: bool = False
    assessed_at: datetime | None = None


class _Judged(NamedTuple):
    """A well-formed assessment: its tool, what that makes of it, and when it was asked."""

    tool: RiskTool
    result: Result
    effective: str
    at: datetime


def assess(reference: str, new: NewAssessment, *, by: Membership) -> Assessment:
    """Record an assessment. A graver band than the case stood at raises it, and tells managers.

    The advisers who work on the case may, and its sender until it is answered. Nothing is
    referred anywhere by itself: that a threshold is reached is shown to whoever judges.

    :raises NotWellFormed: for a tool not in use, or answers, a grade or a time that cannot stand.
    :raises PermissionDenied: if it is not theirs to assess.
    """
    with unit_of_work(by.context):
        record("risk.assess", about=("referral", reference), compartments=[Compartment.RISK])
        with _judging(reference, by) as (writing, referral):
            judged = _judged(new, writing.at)
            row = _kept(new, judged, writing, referral)
            _carry(row, writing.case, referral, lowers=new.lowers)
            return row


@contextmanager
def _judging(reference: str, by: Membership) -> Iterator[tuple[Writing, Referral]]:
    """The case, locked: for those who work on it and visit, and for its sender till an answer."""
    referral = Referral.objects.visible_to(by).get(reference=reference)
    if referral.side_of(by.agency_id) is Side.REFERRING and referral.status in PENDING:
        with _still_sending(reference, by) as sending:
            yield sending
    elif by.has(Permission.VISIT):
        with writing_to(reference, by=by) as working:
            yield working
    else:
        raise PermissionDenied


@contextmanager
def _still_sending(reference: str, by: Membership) -> Iterator[tuple[Writing, Referral]]:
    case = lock_case(reference)
    referral = Referral.objects.visible_to(by).get(reference=reference)
    if case is None or referral.status not in PENDING:
        raise AccessEnded("You can no longer open this.")
    if not policy.may_open(by, referral):
        raise PermissionDenied
    at = timezone.now()
    yield Writing(case, keys_of(case.pk, by.agency_id, at=at), by, at), referral


def _judged(new: NewAssessment, now: datetime) -> _Judged:
    tool = RiskTool.objects.filter(code=new.tool, version=new.version).first()
    if tool is None or tool.retired_at is not None:
        raise NotWellFormed("tool", "This version of the tool is not in use. Open the page again.")
    definition = parse(tool.definition)
    _refuse_unknown(definition, new)
    _refuse_ungrounded(new)
    if not any(new.answers.values()) and not new.grade:
        raise NotWellFormed("answers", "Answer at least one question, or give your own grade.")
    at = new.assessed_at or now
    if not now - LONGEST_AGO <= at <= now + SKEW:
        raise NotWellFormed("assessed_at", "It must be in the past, and within the last 90 days.")
    result = count(definition, new.answers)
    return _Judged(tool, result, graver(result.band, new.grade), at)


def _refuse_unknown(definition: Definition, new: NewAssessment) -> None:
    items = {item.code: item for item in definition.items}
    for code, answer in new.answers.items():
        if code not in items or (answer and answer not in items[code].answers):
            raise NotWellFormed("answers", "There is no such question, or no such answer to it.")
    for code, source in new.sources.items():
        if code not in items or source not in Source.values or not definition.asks_source:
            raise NotWellFormed("sources", "There is no such question, or no such source.")
    if new.source not in Source.values:
        raise NotWellFormed("source", "Choose one of the answers on the list.")


def _refuse_ungrounded(new: NewAssessment) -> None:
    """A grade says why, in codes and, where the codes do not reach, in words."""
    if new.grade and (new.grade not in RiskBand.values or new.grade == RiskBand.NOT_ASSESSED):
        raise NotWellFormed("grade", "Choose one of the answers on the list.")
    if not {*new.reasons} <= {*GradeReason.values}:
        raise NotWellFormed("reasons", "Choose from the answers on the list.")
    if new.grade and not new.reasons:
        raise NotWellFormed("reasons", "Say what your grade rests on.")
    if not new.grade and (new.reasons or new.lowers):
        raise NotWellFormed("grade", "Give your own grade: a reason without one says nothing.")
    if GradeReason.OTHER in new.reasons and not new.words.strip():
        raise NotWellFormed("words", "Say what else your grade rests on.")
    if len(new.words) > LONG:
        raise NotWellFormed("words", f"This must be {LONG:,} characters or fewer.")


def _kept(new: NewAssessment, judged: _Judged, writing: Writing, referral: Referral) -> Assessment:
    tool, result, effective, at = judged
    record_of = {"kind": RecordKind.ASSESSMENT, "code": f"{tool.code}.{tool.version}"}
    sealed = sealed_document(writing, Compartment.RISK, document_of(new, result), **record_of)
    sealed.save()
    rule = rule_for(referral.area_code, timezone.localdate(writing.at))
    return Assessment.objects.create(
        case=writing.case,
        sealed=sealed,
        tool=tool,
        band=result.band,
        grade=new.grade,
        effective_band=effective,
        unanswered=result.unanswered,
        reaches_marac=rule is not None and reaches(rule, effective, tool, result.score),
        agency_id=writing.by.agency_id,
        by=writing.by,
        assessed_at=at,
        recorded_at=writing.at,
    )


def document_of(new: NewAssessment, result: Result) -> dict[str, str]:
    """Everything of an assessment that tells of somebody, as it is sealed."""
    words = cleaned_note(new.words).get("text", "")
    given = {code: answer for code, answer in new.answers.items() if answer}
    return {
        "answers": json.dumps(given, sort_keys=True),
        "sources": json.dumps(dict(new.sources), sort_keys=True),
        "source": new.source,
        "score": str(result.score),
        "not_known": str(result.not_known),
        "reasons": " ".join(sorted({*new.reasons})),
        "words": words,
    }


def _carry(row: Assessment, case: Case, referral: Referral, *, lowers: bool) -> None:
    """Carry a graver band to the case and the previews; a milder one only if a person says so."""
    before, after = case.risk_band, row.effective_band
    if not is_graver(after, before) and not (lowers and is_graver(before, after)):
        return
    case.risk_band = after
    case.save(update_fields=["risk_band"])
    Referral.objects.filter(case=case).update(risk_band=after)
    if after == RiskBand.HIGH:
        managers = holding(Permission.MANAGE, referral.receiving_agency_id, referral)
        owe(managers, kind=HIGH, reference=referral.reference, dedupe=str(row.pk))
