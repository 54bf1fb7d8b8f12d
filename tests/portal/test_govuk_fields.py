"""Dates and times as typed: what is understood, and the sentence when it is not."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django import forms

from portal.govuk.fields import DayField, MomentField, PhoneField
from portal.govuk.forms import GovukForm, error_links

NOW = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)


class VisitForm(GovukForm):
    born_on = DayField(label="Born", subject="Date of birth", required=False, past_only=True)
    ended_at = MomentField(
        label="When did it end?",
        subject="The end of the visit",
        past_only=True,
        within_days=14,
        error_messages={"required": "Enter when the visit ended"},
    )


def filled(*, born=None, **boxes):
    ended = {"day": "21", "month": "11", "year": "2026", "time": "2:30pm"} | boxes
    return VisitForm(
        {f"ended_at_{part}": typed for part, typed in ended.items()}
        | {f"born_on_{part}": typed for part, typed in (born or {}).items()}
    )


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.mark.parametrize(
    ("typed", "hour", "minute"),
    [
        ("2:30pm", 14, 30),
        ("2.30 PM", 14, 30),
        ("2:30 p.m.", 14, 30),
        ("14:30", 14, 30),
        ("1430", 14, 30),
        ("9am", 9, 0),
        ("09:05", 9, 5),
        ("midday", 12, 0),
        ("12am", 0, 0),
        ("12:15pm", 12, 15),
    ],
)
def test_moment_is_understood_as_people_write_it(typed, hour, minute):
    form = filled(time=typed)

    assert form.is_valid(), form.errors
    assert form.cleaned_data["ended_at"] == datetime(2026, 11, 21, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("boxes", "sentence", "box"),
    [
        ({"day": "", "month": "", "year": "", "time": ""}, "Enter when the visit ended", "day"),
        ({"time": ""}, "The end of the visit must include a time", "time"),
        ({"month": ""}, "The end of the visit must include a month", "month"),
        ({"year": "26"}, "Year must include 4 numbers", "year"),
        ({"day": "31"}, "The end of the visit must be a real date, like 27 3 2026", "day"),
        ({"month": "Brumaire"}, "The end of the visit must be a real date, like 27 3 2026", "day"),
        ({"time": "25:10"}, "Time must be like 2:30pm or 14:30", "time"),
        ({"time": "13pm"}, "Time must be like 2:30pm or 14:30", "time"),
        ({"time": "soon"}, "Time must be like 2:30pm or 14:30", "time"),
        ({"time": "7"}, "Time must be like 2:30pm or 14:30", "time"),
        ({"time": "3:01pm"}, "The end of the visit must be in the past", "time"),
        ({"day": "22"}, "The end of the visit must be in the past", "day"),
        ({"day": "7"}, "The end of the visit must be 7 November 2026 or later", "day"),
    ],
)
def test_moment_is_refused_with_a_link_to_the_box_to_correct(boxes, sentence, box):
    form = filled(**boxes)

    links = [(link.sentence, link.href) for link in error_links(form)]

    assert links == [(sentence, f"#id_ended_at_{box}")]


@pytest.mark.parametrize(
    ("day", "month", "typed", "instant"),
    [
        ("24", "10", "11:00pm", datetime(2026, 10, 24, 22, 0, tzinfo=UTC)),
        ("25", "10", "1:30am", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("25", "10", "2:30am", datetime(2026, 10, 25, 2, 30, tzinfo=UTC)),
    ],
)
def test_moment_in_the_hour_that_happens_twice_is_the_first(day, month, typed, instant):
    with time_machine.travel(datetime(2026, 10, 26, 12, 0, tzinfo=UTC), tick=False):
        form = filled(day=day, month=month, time=typed)

        assert form.is_valid(), form.errors
        assert form.cleaned_data["ended_at"] == instant


def test_moment_in_the_hour_left_out_is_refused():
    with time_machine.travel(datetime(2027, 3, 29, 12, 0, tzinfo=UTC), tick=False):
        form = filled(day="28", month="3", year="2027", time="1:30am")

        assert form.errors["ended_at"] == ["That time did not happen: the clocks went forward"]


def test_day_takes_the_month_by_name():
    form = filled(born={"day": "31", "month": "March", "year": "1980"})

    assert form.is_valid(), form.errors
    assert form.cleaned_data["born_on"] == date(1980, 3, 31)


def test_day_may_be_left_out_when_optional():
    form = filled()

    assert form.is_valid(), form.errors
    assert form.cleaned_data["born_on"] is None


def test_day_to_come_is_refused():
    form = filled(born={"day": "22", "month": "11", "year": "2026"})

    assert form.errors["born_on"] == ["Date of birth must be in the past"]


def test_boxes_show_again_what_was_kept():
    form = VisitForm(
        initial={"ended_at": datetime(2026, 7, 1, 7, 42, tzinfo=UTC), "born_on": date(1980, 3, 31)}
    )

    assert form["ended_at"].field.widget.decompress(form["ended_at"].initial) == [
        1,
        7,
        2026,
        "8:42am",
    ]
    assert form["born_on"].field.widget.decompress(form["born_on"].initial) == [31, 3, 1980]


def test_boxes_show_a_day_alone_with_the_time_to_type():
    widget = VisitForm()["ended_at"].field.widget

    assert widget.decompress(date(2026, 11, 21)) == [21, 11, 2026, None]
    assert widget.decompress(None) == [None, None, None, None]


@pytest.mark.parametrize("typed", ["9" * 20, "9" * 21, "1\0"])
@pytest.mark.parametrize("box", ["day", "month", "year"])
def test_absurd_numbers_are_no_date(typed, box):
    form = filled(**{box: typed})

    (link,) = error_links(form)
    assert link.sentence in {
        "The end of the visit must be a real date, like 27 3 2026",
        "Year must include 4 numbers",
    }


def test_time_too_long_to_be_one_is_said_like_any_other():
    assert filled(time="9" * 21).errors["ended_at"] == ["Time must be like 2:30pm or 14:30"]


class PersonForm(GovukForm):
    phone = PhoneField(label="Phone number", required=False, max_length=40)
    town = forms.CharField(label="Which town?", max_length=5, required=False)
    team = forms.ChoiceField(label="Team", choices=[("a", "A")], required=False)
    days = forms.MultipleChoiceField(label="Days", choices=[("mo", "Monday")], required=False)


@pytest.mark.parametrize(
    "typed", ["07700 900461", "+44 (0)7700 900-461", "900 4612", "", "123456789012345"]
)
def test_phone_number_is_kept_as_typed(typed):
    form = PersonForm({"phone": typed})

    assert form.is_valid(), form.errors
    assert form.cleaned_data["phone"] == typed


@pytest.mark.parametrize(
    "typed",
    ["12", "not a phone", "07700900456; DROP", "1234567890123456", "٠٧٧٠٠٩٠٠٤٦١", "0770090046²"],
)
def test_what_is_no_phone_number_is_refused(typed):
    form = PersonForm({"phone": typed})

    assert form.errors["phone"] == [
        "Phone number must have 7 to 15 digits, and nothing else but spaces, + ( ) and -"
    ]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"town": "Formby"}, "“Which town” must be 5 characters or fewer"),
        ({"town": "a\0"}, "“Which town” has a character that cannot be kept. Type it again"),
        ({"team": "<secret>"}, "“Team”: choose one of the answers listed"),
        ({"days": ["<secret>"]}, "“Days”: choose one of the answers listed"),
    ],
)
def test_what_is_refused_is_said_by_label_and_not_repeated(typed, sentence):
    form = PersonForm(typed)

    assert [link.sentence for link in error_links(form)] == [sentence]


def test_what_fits_is_not_refused():
    assert PersonForm({"town": "Speke", "team": "a", "days": ["mo"]}).is_valid()
