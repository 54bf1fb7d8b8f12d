import re

import pytest
from django.db.models import TextChoices

from directory import ages, contact, harm, reasons, safe_times, sharing
from directory.contact import ASKS_THE_REFERRER, HOLDS_CONTACT, REACHED, AttemptOutcome
from directory.reasons import DeclineKind, DeclineReason

ROOMS = (ages, contact, harm, reasons, safe_times, sharing)
CODE_LISTS = [
    each
    for room in ROOMS
    for each in vars(room).values()
    if isinstance(each, type) and issubclass(each, TextChoices) and each is not TextChoices
]
IMMIGRATION = re.compile(
    r"immigra|visa|asylum|refugee|nrpf|recourse|home.?office|leave.to|nationality|citizen|deport"
)


@pytest.mark.parametrize("codes", CODE_LISTS, ids=lambda codes: codes.__name__)
def test_no_code_can_carry_immigration_status(codes):
    said = " ".join(f"{member.name} {member.value} {member.label}" for member in codes).lower()

    assert IMMIGRATION.search(said) is None


def test_the_search_for_immigration_status_would_find_some():
    assert IMMIGRATION.search("no recourse to public funds")
    assert IMMIGRATION.search("asylum_seeker")


@pytest.mark.parametrize("codes", CODE_LISTS, ids=lambda codes: codes.__name__)
def test_every_code_is_short_and_plain_and_no_two_say_the_same(codes):
    assert all(re.fullmatch(r"[a-z0-9_]{2,40}", code) for code in codes.values)
    assert len(set(codes.labels)) == len(codes.labels)


@pytest.mark.parametrize("reason", DeclineReason)
def test_another_service_is_proposed_only_when_it_was_the_service_that_declined(reason):
    assert reason.leads_to_another_service is (reason.kind == DeclineKind.PROVIDER)


def test_each_kind_of_decline_has_its_reasons():
    by_kind = {kind: {r for r in DeclineReason if r.kind == kind} for kind in DeclineKind}

    assert by_kind[DeclineKind.CLIENT] == {
        DeclineReason.CLIENT_DECLINED,
        DeclineReason.CLIENT_NOT_NOW,
    }
    assert by_kind[DeclineKind.UNREACHABLE] == {
        DeclineReason.NOT_REACHED,
        DeclineReason.NO_SAFE_CONTACT,
        DeclineReason.WRONG_DETAILS,
    }
    assert DeclineReason.NO_CAPACITY in by_kind[DeclineKind.PROVIDER]


def test_no_decline_tells_the_referrer_of_a_case_held_elsewhere():
    said = " ".join(DeclineReason.labels + DeclineReason.values).lower()

    assert not re.search(r"already|known to|duplicate|conflict|existing", said)


def test_when_somebody_else_answers_nobody_tries_again_and_the_referrer_is_asked():
    assert AttemptOutcome.SOMEBODY_ELSE_ANSWERED in HOLDS_CONTACT & ASKS_THE_REFERRER


def test_an_attempt_that_reached_her_holds_nothing_up():
    assert not REACHED & (HOLDS_CONTACT | ASKS_THE_REFERRER)
