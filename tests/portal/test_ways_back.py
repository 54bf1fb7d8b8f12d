"""The pages of a way back in, at a desk and on a phone."""

from django.urls import reverse

from oversight import recovering
from portal.rota.people import sign_of
from tests.live import look_around, page_of


def test_pages_of_a_way_back_in_are_open_to_everybody(site, people, chromium):
    asked = recovering.ask(people.adviser, reason="phone_lost", by=people.administrator)
    whom = sign_of(people.second_adviser.pk)
    to_ask = ["/people/", reverse("portal:lost_way_in", args=[whom]), reverse("portal:ways_back")]
    look_around(page_of(people.administrator, chromium, site), to_ask, "ways-back-asked")
    to_answer = [reverse("portal:ways_back"), reverse("portal:way_back", args=[asked.pk])]
    look_around(page_of(people.duty_manager, chromium, site), to_answer, "ways-back")
