"""Matching over two hundred invented services, in one long transaction of one member."""

from datetime import timedelta

from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.ages import AgeBand
from directory.areas import AREAS
from directory.harm import Need
from directory.matching import matching, why_not
from tests.directory.conftest import ASKED, TODAY

questions = st.fixed_dictionaries(
    {
        "need": st.sampled_from(Need.values[:6]),
        "area_code": st.sampled_from([*AREAS, "E09000001"]),
        "age_band": st.sampled_from(AgeBand.values),
        "on": st.integers(-40, 70).map(lambda days: TODAY + timedelta(days=days)),
    }
)


@settings(max_examples=40, deadline=None)
@given(question=questions, picks=st.sets(st.integers(0, 199), min_size=8, max_size=8))
def test_a_service_is_found_exactly_when_nothing_is_against_it(catalogue, question, picks):
    found = set(matching(**question))

    for service in found.union(catalogue[pick] for pick in picks):
        assert (service in found) is not bool(why_not(service, **question)), service


def test_the_invented_services_try_both_answers_often(catalogue):
    found = matching(**ASKED).count()

    assert 3 < found < len(catalogue) / 2


def test_services_come_in_order_of_name(catalogue):
    names = [service.name for service in matching(**ASKED)]

    assert names == sorted(names)


def test_finding_services_and_their_agencies_takes_one_statement(
    catalogue, django_assert_num_queries
):
    with django_assert_num_queries(1):
        agencies = {service.agency.name for service in matching(**ASKED)}

    assert agencies <= {"Rowan Counselling", "Linden Support", "Liverpool IDVA Service"}


def test_a_page_of_services_is_read_in_order_through_the_index_of_open_ones(catalogue):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # two hundred rows would not need it
        cursor.execute("SET LOCAL enable_sort = off")
        plan = matching(**ASKED)[:25].explain()
        cursor.execute("SET LOCAL enable_seqscan = on")
        cursor.execute("SET LOCAL enable_sort = on")

    assert "directory_service_open" in plan
    assert "Sort" not in plan
