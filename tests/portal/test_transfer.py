"""The page on which another area's desk is asked to go on."""

import pytest
from django.urls import reverse

from tests.accounts.signing_in import sign_in
from tests.live import look_around, page_of
from tests.visits.test_handing_over import taken

FORM = {
    "area_code": "E08000015",
    "compartments": ["identity", "contact"],
    "agreement": "on",
    "method": "phone",
}


def at(referral, name="transfer"):
    return reverse(f"portal:{name}", args=[referral.reference])


def test_asking_leads_back_to_a_case_that_is_still_ours(people):
    referral = taken(people)

    page = sign_in(people.adviser).post(at(referral), FORM, follow=True).content.decode()

    assert "Wirral has been asked. Until they take it on, this case is still yours." in page
    assert "Referred to Wirral IDVA Service" in page
    desk = sign_in(people.wirral_adviser).get("/duty/").content.decode()
    assert desk.count('<li class="app-job') == 1
    assert "Zoë" not in desk


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"area_code": ""}, "Select where they are staying now"),
        ({"area_code": "E08000012"}, "Your own desk answers for that area."),
        ({"agreement": ""}, "Without their agreement nothing can be passed on"),
        ({"compartments": []}, "Select what may be passed on"),
    ],
)
def test_what_is_missing_is_said_beside_the_field(people, changes, sentence):
    referral = taken(people)

    answer = sign_in(people.adviser).post(at(referral), {**FORM, **changes})

    assert answer.status_code == 200
    assert sentence in answer.content.decode()


def test_asking_twice_is_not_now_and_others_may_not(people):
    referral = taken(people)
    adviser = sign_in(people.adviser)

    assert adviser.post(at(referral), FORM).status_code == 303
    assert adviser.post(at(referral), FORM).status_code == 409
    assert sign_in(people.second_adviser).get(at(referral)).status_code == 403
    assert sign_in(people.officer).get(at(referral)).status_code == 403
    assert sign_in(people.wirral_adviser).get(at(referral)).status_code == 404


def test_page_is_open_to_everybody_at_every_width(people, chromium, site):
    look_around(page_of(people.adviser, chromium, site), [at(taken(people))], "transfer")
