"""What may be said: any script survives, and what cannot be kept is refused by name."""

from enum import Enum

import pytest
from django.apps import apps

import directory.harm
import directory.reasons
import directory.sharing
from referrals import actions
from referrals.compartments import FIELDS, LONG, NOTE, PARTY, cleaned, cleaned_party
from referrals.details import PartyDetails
from referrals.errors import NotWellFormed
from referrals.models import Referral
from referrals.reading import open_case
from tenancy.work import unit_of_work
from tests import given

NAMES = [
    "O’Neill-D'Arcy",
    "Zoë Ångström",
    "नीलम",
    "فاطمة الزهراء",
    "李小龍",
    "👩‍👧 Family",
    "שָׁלוֹם\u200f",
    "Nguyễn Thị",
    "<b>Bobby</b>'; DROP TABLE cases; --",
]


@pytest.mark.parametrize("name", NAMES)
def test_name_survives_every_hand(people, name):
    documents = {
        "identity": {"given_name": name, "family_name": name},
        "incident": {"summary": name},
    }

    taken = given.a_taken_referral(people.officer, people.adviser, documents=documents)
    case = open_case(taken.reference, by=people.adviser)

    assert case.document("identity") == {"given_name": name, "family_name": name}
    assert case.document("incident") == {"summary": name}


def test_text_is_kept_composed_with_plain_line_ends():
    kept = cleaned("incident", {"summary": "  Zoe\u0308\r\nsaid:\rno\tmore  "})

    assert kept == {"summary": "Zoë\nsaid:\nno\tmore"}


def test_text_of_the_greatest_length_is_kept(people):
    story = "ß" * (LONG - 2) + "👩"

    taken = given.a_taken_referral(
        people.officer, people.adviser, documents={"incident": {"summary": story}}
    )

    assert open_case(taken.reference, by=people.adviser).document("incident") == {"summary": story}


@pytest.mark.parametrize(
    ("compartment", "document", "field"),
    [
        ("incident", {"summary": "x" * (LONG + 1)}, "incident.summary"),
        ("incident", {"summary": "a\x00b"}, "incident.summary"),
        ("identity", {"given_name": "a\x1bb"}, "identity.given_name"),
        ("identity", {"given_name": "\ud83d"}, "identity.given_name"),
        ("identity", {"given_name": 7}, "identity.given_name"),
        ("identity", {"nationality": "x"}, "identity.nationality"),
        ("identity", {"born_on": "23/04/1991"}, "identity.born_on"),
        ("identity", {"born_on": "19910423"}, "identity.born_on"),
        ("identity", {"born_on": "1991-02-30"}, "identity.born_on"),
        ("identity", {"born_on": "2091-02-20"}, "identity.born_on"),
        ("attachments", {"file": "x"}, "attachments"),
        ("notes:1", {"text": "x"}, "notes:1"),
        ("secrets", {"text": "x"}, "secrets"),
    ],
)
def test_refer_refuses_what_cannot_be_kept_and_names_it(people, compartment, document, field):
    with pytest.raises(NotWellFormed) as refused:
        given.a_sent_referral(people.officer, documents={compartment: document})

    assert refused.value.field == field
    assert not any(
        str(text) in str(refused.value) for text in document.values() if len(str(text)) > 3
    )
    with unit_of_work(people.officer.context):
        assert not Referral.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"area_code": "E06000001"}, "area_code"),
        ({"harm_strands": []}, "harm_strands"),
        ({"harm_strands": ["a long story"]}, "harm_strands"),
        ({"harm_strands": "stalking"}, "harm_strands"),
        ({"risk_band": "Alex will kill her"}, "risk_band"),
        ({"needs": ["Alex Harte"]}, "needs"),
        ({"contact": "ring the neighbour"}, "contact"),
        ({"children": "Mia, 4"}, "children"),
        ({"safe_windows": ["after school"]}, "safe_windows"),
        ({"safe_windows": [*given.WEEKDAY_MORNINGS, "after school"]}, "safe_windows"),
        ({"parties": [PartyDetails(kind="Alex Harte", relationship="partner")]}, "parties.kind"),
        (
            {"parties": [PartyDetails(kind="child", relationship="her Mia")]},
            "parties.relationship",
        ),
    ],
)
def test_refer_refuses_a_story_where_a_code_belongs(people, changes, field):
    with pytest.raises(NotWellFormed) as refused:
        given.a_sent_referral(people.officer, **changes)

    assert refused.value.field == field


def test_refer_keeps_contact_held_without_safe_times(people):
    referral = given.a_sent_referral(people.officer, contact="allowed", safe_windows=[])

    assert (referral.contact, referral.safe_windows) == ("held", [])


def test_refer_seals_parties_under_their_codes(people):
    child = PartyDetails(kind="child", relationship="child", document={"given_name": "Mia"})

    taken = given.a_taken_referral(people.officer, people.adviser, parties=[given.PARTNER, child])
    records = open_case(taken.reference, by=people.adviser).records

    parties = {r.code: (r.compartment, dict(r.document)) for r in records if r.kind == "party"}
    assert parties == {
        "alleged_perpetrator:partner": ("risk", {"given_name": "Alex", "family_name": "Harte"}),
        "child:child": ("identity", {"given_name": "Mia"}),
    }


@pytest.mark.parametrize("changes", [{"on_behalf_of": "x" * 61}, {"on_behalf_of": "PC\n1"}])
def test_refer_refuses_a_claim_that_is_no_label(people, changes):
    with pytest.raises(NotWellFormed) as refused:
        actions.refer(given.details(), given.consent(), given.route(**changes), by=people.officer)

    assert refused.value.field == "on_behalf_of"


def test_party_says_only_what_a_party_may():
    with pytest.raises(NotWellFormed):
        cleaned_party({"nationality": "x"})


def test_immigration_status_cannot_be_said():
    """Neither a field of a document, nor a code, nor a column has a place for it."""
    words = {
        *(name for fields in [*FIELDS.values(), PARTY, NOTE] for name in fields),
        *(field.label for fields in [*FIELDS.values(), PARTY, NOTE] for field in fields.values()),
        *_codes(directory.harm, directory.reasons, directory.sharing),
        *(
            field.name
            for model in apps.get_models()
            for field in model._meta.get_fields()  # noqa: SLF001 -- Django's own way to them
        ),
    }

    said = {word for word in words if any(part in word.lower() for part in FORBIDDEN)}

    assert said == set()


FORBIDDEN = (
    "immigra",
    "migrant",
    "visa",
    "asylum",
    "nationalit",
    "citizen",
    "leave_to",
    "passport",
    "nrpf",
)


def _codes(*modules):
    for module in modules:
        for found in vars(module).values():
            if isinstance(found, type) and issubclass(found, Enum):
                yield from (str(member.value) for member in found)
                yield from (str(getattr(member, "label", "")) for member in found)
