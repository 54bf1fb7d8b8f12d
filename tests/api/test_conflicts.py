"""Over REST: a system learns nothing of whom staff know, and cannot put them on a case."""

import pytest

from referrals import actions
from referrals.actions.declaring import Known
from referrals.models import Referral
from referrals.reading import see
from tests.api import systems
from tests.api.systems import body, problem, system_of
from tests.api.test_bookings import a_booking

NUMBER = "07700 900461"


@pytest.fixture
def kept_out(own_database, people):
    """Liverpool's second adviser and a police supervisor know her number."""
    for member in (people.second_adviser, people.supervisor):
        actions.declare(Known(relation="family", phone=NUMBER), of=member, by=member)
    return people


def test_create_answers_as_always_and_keeps_staff_of_both_sides_out(kept_out):
    records = systems.police()

    made = records.post("referrals/", body())

    assert made.status_code == 201
    assert "conflict" not in made.content.decode()
    reference = made.json()["reference"]
    for member in (kept_out.second_adviser, kept_out.supervisor):
        with pytest.raises(Referral.DoesNotExist):
            see(reference, by=member)
    assert see(reference, by=kept_out.adviser).reference == reference


def test_booking_with_somebody_kept_out_is_refused_and_with_a_colleague_it_is_not(kept_out):
    reference = systems.police().post("referrals/", body()).json()["reference"]
    desk = system_of("liverpool-idva")
    desk.post(f"referrals/{reference}/accept/")

    refused = desk.post(
        f"follow-ups/{reference}/book/", a_booking(adviser="second_adviser@example.org")
    )

    assert problem(refused) == (422, "not-well-formed", ["/adviser"])
    assert desk.get(f"follow-ups/{reference}/").json()["booked"] is None
    booked = desk.post(f"follow-ups/{reference}/book/", a_booking())
    assert booked.status_code == 200
