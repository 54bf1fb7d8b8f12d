"""The rota on screen: who may see which page, what it says, and what each form leaves."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions.joining import join
from accounts.roles import Role
from portal.rota import wording
from portal.rota.forms import HoursField
from portal.rota.people import sign_of
from rota.duty import abilities, travel_minutes
from rota.models import ExceptionDay, Leave, OnCall, WorkingPattern
from tenancy.work import unit_of_work
from tests import databases, given, world
from tests.accounts.signing_in import sign_in
from tests.rota.conftest import a_leave, a_pattern, an_exception, on_call, on_the_clock, week
from tests.world import LIVERPOOL, WIRRAL
from visits import actions as visiting

TODAY = timezone.localdate()
MONDAY = TODAY - timedelta(days=TODAY.weekday())
FORMS = ["pattern", "day", "leave", "sick", "on-call", "abilities"]


@pytest.fixture
def manager(people):
    return sign_in(people.duty_manager)


@pytest.fixture
def adviser(people):
    return sign_in(people.adviser)


def page_of(member, more=""):
    return f"/rota/{sign_of(member.pk)}/{more}"


def boxes(name, on, at=None):
    """A day in the form's three boxes, and a time in the fourth."""
    filled = {f"{name}_day": on.day, f"{name}_month": on.month, f"{name}_year": on.year}
    return filled if at is None else {**filled, f"{name}_time": at}


def text_of(browser, address):
    response = browser.get(address)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_rota_shows_the_team_its_hours_and_who_is_on_duty(people, manager):
    round_the_clock = [(day, half, half + 12) for day in range(7) for half in (0, 12)]
    a_pattern(people.adviser, week(*round_the_clock))
    a_leave(people.second_adviser, timezone.now() - timedelta(days=1), None, kind="sick")
    on_call(people.duty_manager, on_the_clock(MONDAY, 17), on_the_clock(MONDAY, 23))

    page = text_of(manager, "/rota/")

    assert "Second Adviser" in page
    assert page.count("On duty now") == 1
    assert "Off sick" in page
    assert "On call 5pm to 11pm" in page
    assert f"{TODAY:%a} {TODAY.day} <span" in page


def test_rota_of_another_week(people, manager):
    a_pattern(people.adviser)

    page = text_of(manager, f"/rota/?week={MONDAY + timedelta(days=9)}")

    assert wordy(MONDAY + timedelta(days=7)) in page
    assert page.count("9am to 5pm") == 5
    assert "– today" not in page
    assert wordy(MONDAY) in text_of(manager, "/rota/?week=never")


def wordy(on):
    return f"Week of {on.day} {on:%B %Y}"


def test_an_adviser_comes_to_their_own_page(people, adviser):
    answer = adviser.get("/rota/")

    assert (answer.status_code, answer["Location"]) == (303, page_of(people.adviser))
    page = text_of(adviser, page_of(people.adviser))
    assert "<h1" in page
    assert "Change usual hours" not in page
    assert "My rota" in page


@pytest.mark.parametrize("who", ["officer", "supervisor", "caseworker", "administrator"])
def test_whoever_does_not_visit_has_no_rota(people, who):
    browser = sign_in(getattr(people, who))

    addresses = ["/rota/", "/rota/travel/", page_of(people.adviser)]

    assert [browser.get(address).status_code for address in addresses] == [403] * 3


def test_a_colleagues_page_is_forbidden_and_another_agencys_is_not_there(people, adviser, manager):
    colleague, stranger = page_of(people.second_adviser), page_of(people.wirral_adviser)

    assert adviser.get(colleague).status_code == 403
    assert adviser.get(stranger).status_code == 404
    assert manager.get(stranger).status_code == 404
    assert manager.get("/rota/0123456789abcdef/").status_code == 404
    assert manager.get(page_of(people.administrator)).status_code == 404
    assert manager.get(colleague).status_code == 200


def test_forms_are_the_managers_and_leave_is_ones_own_too(people, adviser, manager):
    own = [adviser.get(page_of(people.adviser, f"{form}/")).status_code for form in FORMS]
    others = [adviser.get(page_of(people.second_adviser, f"{form}/")).status_code for form in FORMS]
    managed = [manager.get(page_of(people.adviser, f"{form}/")).status_code for form in FORMS]

    assert own == [403, 403, 200, 200, 403, 403]
    assert others == [403] * 6
    assert managed == [200] * 6
    assert adviser.get("/rota/travel/").status_code == 403


def test_usual_hours_are_saved_as_typed(people, manager):
    address = page_of(people.adviser, "pattern/")
    form = {"day_0": "9am to midday, 1pm to 5pm", "day_4": "10pm to 6am", "full_time_share": "40"}

    answer = manager.post(address, {**form, **boxes("starts_on", TODAY)})

    assert answer.status_code == 303
    with unit_of_work(people.adviser.context):
        pattern = WorkingPattern.objects.get()
        shifts = [(row.minutes.lower, row.minutes.upper) for row in pattern.shifts.all()]
    assert pattern.full_time_share == 40
    assert sorted(shifts) == [(540, 720), (780, 1020), (7080, 7560)]
    page = text_of(manager, page_of(people.adviser))
    assert "Monday: 9am to midday, 1pm to 5pm<br>Friday: 10pm to 6am" in page
    assert 'value="9am to midday, 1pm to 5pm"' in text_of(manager, address)


def test_hours_that_make_no_sense_are_refused_beside_their_day(people, manager):
    address = page_of(people.adviser, "pattern/")
    form = {"day_2": "nine till five", "full_time_share": "100", **boxes("starts_on", TODAY)}

    unclear = manager.post(address, form).content.decode()
    none = manager.post(address, {**form, "day_2": ""}).content.decode()

    assert "“Wednesday” must be like 9am to 5pm" in unclear
    assert "Enter the hours of at least one day." in none
    with unit_of_work(people.adviser.context):
        assert not WorkingPattern.objects.exists()


def test_a_day_that_differs_is_saved_and_taken_back(people, manager):
    tomorrow = TODAY + timedelta(days=1)
    address = page_of(people.adviser, "day/")

    form = {"kind": "instead", "minutes": "2pm to 10pm", **boxes("on", tomorrow)}

    assert manager.post(address, form).status_code == 303
    assert "2pm to 10pm" in text_of(manager, page_of(people.adviser))
    assert manager.post(f"{address}{tomorrow}/usual/").status_code == 303
    assert manager.post(f"{address}{tomorrow}/usual/").status_code == 409
    assert manager.post(f"{address}some-day/usual/").status_code == 404
    with unit_of_work(people.adviser.context):
        assert not ExceptionDay.objects.exists()


def test_two_spans_on_a_day_that_differs_are_refused(people, manager):
    form = {"kind": "instead", "minutes": "9am to 10am, 2pm to 3pm", **boxes("on", TODAY)}

    page = manager.post(page_of(people.adviser, "day/"), form).content.decode()

    assert "Enter one span of hours" in page


def test_own_leave_is_recorded_in_days_and_in_hours(people, adviser):
    first, last = TODAY + timedelta(days=7), TODAY + timedelta(days=8)
    address = page_of(people.adviser, "leave/")
    whole = {"kind": "annual", **boxes("first_on", first), **boxes("last_on", last)}
    part = {"kind": "training", **boxes("first_on", last), **boxes("last_on", last)}

    assert adviser.post(address, whole).status_code == 303
    assert adviser.post(address, {**part, "starts": "1pm", "ends": "4pm"}).status_code == 303

    with unit_of_work(people.adviser.context):
        rows = {row.kind: (row.during.lower, row.during.upper) for row in Leave.objects.all()}
    assert rows == {
        "annual": (on_the_clock(first, 0), on_the_clock(last + timedelta(days=1), 0)),
        "training": (on_the_clock(last, 13), on_the_clock(last, 16)),
    }


def test_leave_without_an_end_is_refused_beside_the_last_day(people, adviser):
    form = {"kind": "annual", **boxes("first_on", TODAY)}

    page = adviser.post(page_of(people.adviser, "leave/"), form).content.decode()

    assert "Enter when the leave ends." in page
    with unit_of_work(people.adviser.context):
        assert not Leave.objects.exists()


def test_off_sick_says_what_needs_somebody_else_and_the_manager_sees_it(people, adviser, manager):
    referral = visiting.refer_after_visit(
        given.details(),
        given.consent(),
        by=people.officer,
        visit_ended_at=timezone.now() - timedelta(hours=2),
    )
    visiting.take(referral.reference, by=people.adviser)
    visiting.book(
        referral.reference,
        visiting.Booking(
            adviser=people.adviser,
            starts_at=timezone.now() + timedelta(hours=30),
            venue="our_office",
            outside_reason="she_asked",
        ),
        by=people.adviser,
    )
    before = text_of(manager, "/rota/")

    answer = adviser.post(page_of(people.adviser, "sick/"), {}, follow=True)

    said = "1 booked visit and 1 follow-up need somebody else"
    page = text_of(manager, "/rota/")
    assert said in answer.content.decode()
    assert said not in before
    assert said in page
    assert f'href="/cases/{referral.reference}/"' in page


def test_back_at_work_ends_the_leave(people, adviser, manager):
    leave = a_leave(people.adviser, timezone.now() - timedelta(days=1), None, kind="sick")
    end = f"leave/{leave.pk}/end/"

    shown = text_of(adviser, page_of(people.adviser))
    assert "until further notice" in shown
    assert "Back at work" in shown
    assert sign_in(people.second_adviser).post(page_of(people.adviser, end)).status_code == 403
    assert manager.post(page_of(people.second_adviser, end)).status_code == 404
    assert adviser.get(page_of(people.adviser, end)).status_code == 405
    assert adviser.post(page_of(people.adviser, end)).status_code == 303
    assert adviser.post(page_of(people.adviser, end)).status_code == 409


def test_on_call_is_put_and_taken_off(people, manager, adviser):
    tomorrow = TODAY + timedelta(days=1)
    form = {**boxes("starts_at", tomorrow, "5pm"), **boxes("ends_at", tomorrow, "11pm")}

    assert manager.post(page_of(people.adviser, "on-call/"), form).status_code == 303
    with unit_of_work(people.adviser.context):
        call = OnCall.objects.get()
    off = page_of(people.adviser, f"on-call/{call.pk}/end/")
    assert adviser.post(off).status_code == 403
    assert "tomorrow at 5pm" in text_of(adviser, page_of(people.adviser))
    assert manager.post(off).status_code == 303
    assert manager.post(off).status_code == 404


def test_what_a_colleague_brings_is_saved(people, manager):
    form = {
        "areas": [LIVERPOOL, WIRRAL],
        "languages": ["bfi", "pl"],
        "gender": "woman",
        "specialisms": ["sex_work"],
        "may_visit_alone": "on",
    }

    answer = manager.post(page_of(people.adviser, "abilities/"), form)

    assert answer.status_code == 303
    with unit_of_work(people.adviser.context):
        known = abilities(people.adviser.agency_id)[people.adviser.pk]
    assert known.languages == {"en", "bfi", "pl"}
    assert known.may_visit_alone
    page = text_of(manager, page_of(people.adviser))
    assert "British Sign Language, English, Polish" in page


def test_travel_times_are_the_same_both_ways_unless_said(people, manager):
    there, back = f"{LIVERPOOL}_{WIRRAL}", f"{WIRRAL}_{LIVERPOOL}"
    shown = text_of(manager, "/rota/travel/")

    assert manager.post("/rota/travel/", {there: "40"}).status_code == 303
    same = roads(people)
    assert manager.post("/rota/travel/", {there: "40", back: "55"}).status_code == 303
    other = roads(people)
    refused = manager.post("/rota/travel/", {there: "soon"}).content.decode()

    box = 'class="govuk-input govuk-input--width-3"'
    assert f'name="{there}" {box} value="30"' in shown
    assert f'name="{back}" {box}' in shown
    assert f'name="{back}" {box} value' not in shown
    assert same == (40, 40)
    assert other == (40, 55)
    assert "From Liverpool, to Wirral: give minutes from 0 to 240" in refused


def roads(people):
    with unit_of_work(people.adviser.context):
        minutes = travel_minutes(people.adviser.agency_id)
    return minutes[LIVERPOOL, WIRRAL], minutes[WIRRAL, LIVERPOOL]


def test_the_week_of_thirty_costs_as_many_queries_as_that_of_three(own_database, people):
    manager = sign_in(people.duty_manager)
    for person in (people.adviser, people.second_adviser, people.duty_manager):
        a_pattern(person)

    def queries():
        with CaptureQueriesContext(connection) as asked:
            assert manager.get("/rota/").status_code == 200
        return len(asked)

    queries()
    three = queries()
    for number in range(27):
        with databases.as_owner():
            more = join(
                people.adviser.agency,
                email=f"more{number}@example.org",
                name=f"More {number}",
                role=Role.ADVISER,
                password=world.PASSWORD,
            ).membership
        a_pattern(more)
        an_exception(more, TODAY, "besides", (18, 20))

    assert queries() == three


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("9am to 5pm", [(540, 1020)]),
        ("09:00-17:30", [(540, 1050)]),
        ("10pm to 6am", [(1320, 1800)]),
        ("midday to midnight", [(720, 1440)]),
        ("9am to 11am, 2pm – 4pm", [(540, 660), (840, 960)]),
        ("", []),
    ],
)
def test_hours_are_read_as_people_write_them(typed, minutes):
    assert HoursField(label="Monday", required=False).clean(typed) == minutes


@pytest.mark.parametrize("typed", ["9am", "9 to 5", "9am to 5pm to 6pm", "always", "9am to"])
def test_hours_that_are_none_are_refused(typed):
    with pytest.raises(ValidationError, match="must be like 9am to 5pm"):
        HoursField(label="Monday", required=False).clean(typed)


def test_what_needs_somebody_is_counted_in_words():
    assert wording.needing(3, 5) == "3 booked visits and 5 follow-ups need somebody else"
    assert wording.needing(1, 0) == "1 booked visit needs somebody else"
    assert wording.needing(0, 2) == "2 follow-ups need somebody else"
    assert wording.needing(0, 0) == ""
