"""Assessing a case: what is kept, what rises and falls, who may, and what is refused."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.db.models import ProtectedError
from django.db.utils import InternalError, ProgrammingError
from django.utils import timezone
from psycopg.types.range import DateRange

from accounts.roles import Role
from audit.models import AuditEntry
from notices.models import Notice
from referrals import actions as referring
from referrals.errors import AccessEnded, NotWellFormed
from referrals.models import Case, Referral, SealedRecord
from referrals.reading import open_case
from risk import actions
from risk.models import Assessment, RiskTool
from risk.reading import list_assessments, marac_threshold_of, open_assessment
from tenancy.context import Context
from tenancy.work import unit_of_work
from tests import databases, given
from tests.risk.conftest import a_rule, saved
from tests.risk.harbour import ALL_NO, ALL_YES, SOME, TOOL, an_assessment


@pytest.fixture
def taken(people):
    """A referral that stands at medium, taken."""
    return given.a_taken_referral(people.officer, people.adviser, risk_band="medium")


@pytest.fixture
def sent(people):
    return given.a_sent_referral(people.officer, risk_band="medium")


def bands(referral, member):
    with unit_of_work(member.context):
        case = Case.objects.filter(pk=referral.case_id).values_list("risk_band", flat=True).first()
        return case, Referral.objects.get(pk=referral.pk).risk_band


def told(member):
    with unit_of_work(member.context):
        found = Notice.objects.of(member).filter(kind="risk.high")
        return list(found.values_list("reference", flat=True))


def left(referral, member):
    """What a refused deed might have left: assessments, sealed records, the bands, notices."""
    with unit_of_work(member.context):
        return (
            Assessment.objects.filter(case=referral.case_id).count(),
            SealedRecord.objects.filter(case=referral.case_id).count(),
            bands(referral, member),
            Notice.objects.filter(kind="risk.high").count(),
        )


def test_assess_keeps_everything_and_opens_it_again(people, taken):
    new = an_assessment(
        {**SOME, "own_view": "dont_know", "pet_harmed": ""},
        sources={"breath_stopped": "police"},
        grade="high",
        reasons=["neck", "other"],
        words="She cannot swallow.",
        assessed_at=timezone.now() - timedelta(hours=3),
    )

    row = actions.assess(taken.reference, new, by=people.adviser)

    assert (row.tool.code, row.tool.version) == ("harbour", 1)
    assert (row.band, row.grade, row.effective_band) == ("medium", "high", "high")
    assert (row.unanswered, row.by, row.agency_id) == (1, people.adviser, people.adviser.agency_id)
    opened = open_assessment(taken.reference, 1, by=people.duty_manager)
    assert opened.row == row
    assert opened.answers == {k: v for k, v in new.answers.items() if v}
    assert (opened.sources, opened.source) == ({"breath_stopped": "police"}, "person")
    assert (opened.reasons, opened.words) == (("neck", "other"), "She cannot swallow.")
    assert (opened.result.score, opened.result.unanswered, opened.result.not_known) == (15, 1, 1)
    assert opened.result.is_at_least
    assert opened.row.assessed_at == new.assessed_at


def test_assess_and_open_are_on_record_with_the_compartment(people, taken):
    actions.assess(taken.reference, an_assessment(), by=people.adviser)
    open_assessment(taken.reference, 1, by=people.adviser)

    with unit_of_work(people.adviser.context):
        entries = AuditEntry.objects.filter(object_id=taken.reference, compartments=["risk"])
        assert list(entries.order_by("seq").values_list("action", "purpose", "decision")) == [
            ("risk.assess", "", "allowed"),
            ("case.open", "risk assessment", "allowed"),
        ]


def test_a_graver_band_raises_the_case_and_tells_the_managers_once(people, taken):
    actions.assess(taken.reference, an_assessment(ALL_YES), by=people.adviser)
    actions.assess(taken.reference, an_assessment(ALL_YES), by=people.adviser)

    assert bands(taken, people.adviser) == ("high", "high")
    assert told(people.duty_manager) == [taken.reference]
    assert told(people.adviser) == []


def test_a_grade_above_the_score_raises_the_case(people, taken):
    new = an_assessment(grade="high", reasons=["own_view"])

    row = actions.assess(taken.reference, new, by=people.adviser)

    assert (row.band, row.effective_band) == ("standard", "high")
    assert bands(taken, people.adviser) == ("high", "high")


def test_a_score_never_lowers_a_grade_nor_the_case(people, taken):
    actions.assess(taken.reference, an_assessment(ALL_NO), by=people.adviser)
    milder = an_assessment(grade="standard", reasons=["safer_now"])
    actions.assess(taken.reference, milder, by=people.adviser)

    assert bands(taken, people.adviser) == ("medium", "medium")
    assert told(people.duty_manager) == []


def test_only_a_grade_with_a_reason_that_says_so_lowers_the_case_and_not_below_the_tool(
    people, taken
):
    lowering = {"grade": "standard", "reasons": ["kept_away"], "lowers": True}

    actions.assess(taken.reference, an_assessment(SOME, **lowering), by=people.adviser)
    assert bands(taken, people.adviser) == ("medium", "medium")
    actions.assess(taken.reference, an_assessment(ALL_NO, **lowering), by=people.adviser)

    assert bands(taken, people.adviser) == ("standard", "standard")


def test_what_little_is_answered_is_no_reason_to_say_standard(people):
    taken = given.a_taken_referral(people.officer, people.adviser, risk_band="not_assessed")

    row = actions.assess(taken.reference, an_assessment({"parting": "no"}), by=people.adviser)

    assert (row.effective_band, row.unanswered) == ("not_assessed", len(TOOL.items) - 1)
    assert bands(taken, people.adviser) == ("not_assessed", "not_assessed")


REFUSED = [
    ({"tool": "none"}, "tool"),
    ({"version": 2}, "tool"),
    ({"answers": {"nothing": "yes"}}, "answers"),
    ({"answers": {"parting": "often"}}, "answers"),
    ({"answers": {}}, "answers"),
    ({"answers": {"parting": ""}}, "answers"),
    ({"sources": {"parting": "rumour"}}, "sources"),
    ({"sources": {"nothing": "police"}}, "sources"),
    ({"source": "rumour"}, "source"),
    ({"grade": "gold", "reasons": ["neck"]}, "grade"),
    ({"grade": "not_assessed", "reasons": ["neck"]}, "grade"),
    ({"grade": "high"}, "reasons"),
    ({"grade": "high", "reasons": ["because"]}, "reasons"),
    ({"reasons": ["neck"]}, "grade"),
    ({"lowers": True}, "grade"),
    ({"grade": "high", "reasons": ["other"], "words": " "}, "words"),
    ({"words": "x" * 10_001}, "words"),
    ({"assessed_at": timezone.now() + timedelta(hours=1)}, "assessed_at"),
    ({"assessed_at": timezone.now() - timedelta(days=91)}, "assessed_at"),
]


@pytest.mark.parametrize(("changes", "field"), REFUSED, ids=range(len(REFUSED)))
def test_assess_refuses_what_cannot_stand_and_keeps_nothing_of_it(people, taken, changes, field):
    before = left(taken, people.adviser)

    with pytest.raises(NotWellFormed) as refused:
        actions.assess(taken.reference, an_assessment(**changes), by=people.adviser)

    assert refused.value.field == field
    assert left(taken, people.adviser) == before
    assert actions.assess(taken.reference, an_assessment(), by=people.adviser).pk


def test_a_retired_tool_is_refused_and_what_it_said_stays_readable(own_database, people):
    taken = given.a_taken_referral(people.officer, people.adviser)
    actions.assess(taken.reference, an_assessment(), by=people.adviser)
    with databases.as_owner():
        actions.retire("harbour", 1)

    with pytest.raises(NotWellFormed):
        actions.assess(taken.reference, an_assessment(), by=people.adviser)

    assert open_assessment(taken.reference, 1, by=people.adviser).answers == ALL_NO


@pytest.mark.parametrize(
    ("who", "refusal"),
    [
        ("second_adviser", PermissionDenied),
        ("wirral_adviser", Referral.DoesNotExist),
        ("administrator", Referral.DoesNotExist),
        ("colleague", Referral.DoesNotExist),
        ("officer", PermissionDenied),
        ("supervisor", PermissionDenied),
    ],
)
def test_assess_is_for_those_who_work_on_the_case(people, taken, who, refusal):
    before = left(taken, people.adviser)

    with pytest.raises(refusal):
        actions.assess(taken.reference, an_assessment(ALL_YES), by=getattr(people, who))

    assert left(taken, people.adviser) == before
    assert actions.assess(taken.reference, an_assessment(), by=people.duty_manager).pk


def test_assess_is_not_for_a_service_that_does_not_visit(people, taken):
    onward = given.an_onward_referral(
        taken, people.adviser, "rowan", compartments=["identity", "risk"]
    )
    referring.accept(onward.reference, by=people.caseworker)
    actions.assess(taken.reference, an_assessment(), by=people.adviser)

    with pytest.raises(PermissionDenied):
        actions.assess(onward.reference, an_assessment(), by=people.caseworker)

    assert people.caseworker.role == Role.CASEWORKER
    assert open_assessment(onward.reference, 1, by=people.caseworker).answers == ALL_NO


def test_a_service_without_the_risk_sees_no_assessment(people, taken):
    onward = given.an_onward_referral(taken, people.adviser, "rowan", compartments=["identity"])
    referring.accept(onward.reference, by=people.caseworker)
    actions.assess(taken.reference, an_assessment(), by=people.adviser)

    assert list_assessments(onward.reference, by=people.caseworker) == []
    assert len(list_assessments(taken.reference, by=people.adviser)) == 1


def test_the_officer_may_assess_until_it_is_answered_and_the_adviser_reads_it(people, sent):
    actions.assess(sent.reference, an_assessment(ALL_YES), by=people.officer)

    assert bands(sent, people.officer) == ("high", "high")
    assert told(people.duty_manager) == [sent.reference]
    assert open_assessment(sent.reference, 1, by=people.officer).answers == ALL_YES
    with pytest.raises(PermissionDenied):
        list_assessments(sent.reference, by=people.adviser)
    referring.accept(sent.reference, by=people.adviser)
    assert open_assessment(sent.reference, 1, by=people.adviser).answers == ALL_YES
    with pytest.raises(PermissionDenied):
        actions.assess(sent.reference, an_assessment(), by=people.officer)


def test_the_police_see_their_own_and_nothing_written_after_it_was_taken(people, sent):
    actions.assess(sent.reference, an_assessment(SOME), by=people.officer)
    referring.accept(sent.reference, by=people.adviser)
    later = an_assessment(ALL_YES, grade="high", reasons=["neck"], words="Ours alone")
    actions.assess(sent.reference, later, by=people.adviser)

    assert [row.band for row in list_assessments(sent.reference, by=people.adviser)] == [
        "medium",
        "high",
    ]
    assert [row.band for row in list_assessments(sent.reference, by=people.officer)] == ["medium"]
    with pytest.raises(Assessment.DoesNotExist):
        open_assessment(sent.reference, 2, by=people.officer)
    read = open_case(sent.reference, by=people.officer, only=["risk"]).records
    assert "Ours alone" not in repr(read)
    with unit_of_work(people.officer.context):
        assert Assessment.objects.count() == 1
        assert Referral.objects.get(pk=sent.pk).risk_band == "high"


def test_once_agreement_is_withdrawn_the_agency_sees_none(people, taken):
    onward = given.an_onward_referral(
        taken, people.adviser, "rowan", compartments=["identity", "risk"]
    )
    referring.accept(onward.reference, by=people.caseworker)
    actions.assess(taken.reference, an_assessment(), by=people.adviser)
    assert len(list_assessments(onward.reference, by=people.caseworker)) == 1

    referring.withdraw_consent(onward.reference, by=people.adviser)

    with unit_of_work(people.caseworker.context):
        assert not Assessment.objects.exists()
    with pytest.raises((AccessEnded, PermissionDenied)):
        open_assessment(onward.reference, 1, by=people.caseworker)


def test_the_database_lets_nobody_change_remove_or_forge_an_assessment(people, taken):
    row = actions.assess(taken.reference, an_assessment(), by=people.adviser)
    other = given.a_taken_referral(people.officer, people.second_adviser)

    for forged in (
        lambda: Assessment.objects.filter(pk=row.pk).update(band="high"),
        lambda: Assessment.objects.filter(pk=row.pk).delete(),
        lambda: _copied(row, case=other.case),
    ):
        with (
            pytest.raises((ProgrammingError, IntegrityError)),
            unit_of_work(people.adviser.context),
        ):
            forged()

    assert [r.band for r in list_assessments(taken.reference, by=people.adviser)] == ["standard"]


def _copied(row, **changes):
    values = {f.attname: getattr(row, f.attname) for f in Assessment._meta.concrete_fields}  # noqa: SLF001 -- Django's own way to the fields
    del values["id"], values["case_id"]
    return Assessment.objects.create(**{**values, **changes})


@pytest.mark.parametrize(
    ("band", "grade", "effective", "constraint"),
    [
        ("standard", "high", "medium", "risk_assessment_never_below_the_grade"),
        ("high", "standard", "standard", "risk_assessment_never_below_the_grade"),
        ("standard", "", "high", "risk_assessment_never_below_the_grade"),
        ("not_assessed", "not_assessed", "not_assessed", "risk_assessment_grade_is_a_grade"),
    ],
)
def test_the_database_refuses_an_effective_band_below_or_above_both(
    people, taken, band, grade, effective, constraint
):
    row = actions.assess(taken.reference, an_assessment(), by=people.adviser)

    with (
        pytest.raises(IntegrityError, match=constraint),
        unit_of_work(people.adviser.context),
    ):
        _copied(row, case=row.case, band=band, grade=grade, effective_band=effective)


def test_a_tool_that_assessments_use_can_neither_be_changed_nor_removed(own_database, people):
    taken = given.a_taken_referral(people.officer, people.adviser)
    actions.assess(taken.reference, an_assessment(), by=people.adviser)

    with databases.as_owner():
        with pytest.raises(ProtectedError), unit_of_work(Context.migration()):
            RiskTool.objects.all().delete()
        with (
            pytest.raises((IntegrityError, InternalError), match="only retired"),
            unit_of_work(Context.migration()),
        ):
            RiskTool.objects.update(definition={})

    assert open_assessment(taken.reference, 1, by=people.adviser).answers == ALL_NO


def test_a_threshold_is_shown_by_band_or_by_the_score_of_the_areas_own_tool(own_database, people):
    taken = given.a_taken_referral(people.officer, people.adviser, risk_band="medium")
    today = timezone.localdate()
    with unit_of_work(people.adviser.context):
        assert marac_threshold_of(taken) is None
    with databases.as_owner():
        with unit_of_work(Context.migration()):
            tool = RiskTool.objects.get(code="harbour")
        rule = saved(a_rule(period=DateRange(today, None), tool=tool, marac_score=15))

    actions.assess(taken.reference, an_assessment({"parting": "yes"}), by=people.adviser)
    with unit_of_work(people.adviser.context):
        assert marac_threshold_of(taken) is None
    row = actions.assess(taken.reference, an_assessment(SOME), by=people.adviser)

    assert (row.effective_band, row.reaches_marac) == ("medium", True)
    with unit_of_work(people.adviser.context):
        assert marac_threshold_of(taken) == rule
    high = given.a_taken_referral(people.officer, people.adviser, risk_band="high")
    with unit_of_work(people.adviser.context):
        assert marac_threshold_of(high) == rule
