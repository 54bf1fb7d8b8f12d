"""What leaves the house: codes for everybody, nothing that a spreadsheet runs."""

import csv
import io

import pytest
from django.apps import apps
from django.db.models import CharField, TextField

from marac.agenda import HEADINGS, Line, as_csv, counts_of, line_of
from marac.reading import on_the_list
from tenancy.work import unit_of_work
from tests.portal.answers import NAMES

PLAIN = ("PH-22222222", "Liverpool", "25 to 34", "Repeat", "High", "Stalking", "Police", "No", "")


def test_agenda_says_codes_alone(people, listed, meeting):
    with unit_of_work(people.coordinator.context):
        listings = on_the_list(meeting, people.coordinator)
        written = as_csv([line_of(each) for each in listings])
        counts = counts_of(listings)

    heading, line = list(csv.reader(io.StringIO(written)))
    assert tuple(heading) == HEADINGS
    assert line[1:] == [
        "Liverpool",
        "35 to 44",
        "Visible high risk",
        "High",
        "Domestic abuse",
        "Liverpool IDVA Service",
        "No",
        "One or more",
    ]
    assert counts == (1, 1, 0)
    assert not any(name in written for name in NAMES)


@pytest.mark.parametrize("cell", ["=1+1", "+44", "-2", "@x", "\t=1", "\r=1", "\n=1", " =1"])
def test_agenda_file_runs_nothing(cell):
    line = Line(*PLAIN)._replace(referred_by=cell)

    written = list(csv.reader(io.StringIO(as_csv([line]), newline="")))[1]

    assert written[6] == f"'{cell}"
    assert written[:6] == list(PLAIN[:6])


@pytest.mark.parametrize("agency", ['Say "no", twice', "Smith; Sons, Ltd"])
def test_agenda_file_keeps_other_words_as_they_are(agency):
    line = Line(*PLAIN)._replace(referred_by=agency)

    assert list(csv.reader(io.StringIO(as_csv([line]))))[1][6] == agency


def text_columns():
    for model in apps.get_app_config("marac").get_models():
        for field in model._meta.concrete_fields:  # noqa: SLF001 -- Django's way to the fields
            bounded = getattr(field, "base_field", field)
            if isinstance(bounded, (CharField, TextField)):
                yield f"{model.__name__}.{field.name}", bounded.choices


def test_no_column_of_the_marac_holds_words():
    """Every text is a code from a list, so no part of a story stands in the clear."""
    columns = dict(text_columns())

    assert columns
    assert [name for name, choices in columns.items() if not choices] == []
