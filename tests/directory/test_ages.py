from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.ages import OLDEST, AgeBand, age_band_of, age_on

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("born_on", "band"),
    [
        (date(2026, 11, 20), AgeBand.UNDER_13),
        (date(2013, 11, 22), AgeBand.UNDER_13),
        (date(2013, 11, 21), AgeBand.FROM_13),
        (date(2010, 11, 22), AgeBand.FROM_13),
        (date(2010, 11, 21), AgeBand.FROM_16),
        (date(2008, 11, 22), AgeBand.FROM_16),
        (date(2008, 11, 21), AgeBand.FROM_18),
        (date(2001, 11, 22), AgeBand.FROM_18),
        (date(2001, 11, 21), AgeBand.FROM_25),
        (date(1991, 11, 21), AgeBand.FROM_35),
        (date(1981, 11, 21), AgeBand.FROM_45),
        (date(1971, 11, 21), AgeBand.FROM_55),
        (date(1961, 11, 21), AgeBand.FROM_65),
        (date(1905, 11, 22), AgeBand.FROM_65),
        (None, AgeBand.NOT_KNOWN),
    ],
)
def test_a_band_changes_on_the_birthday(born_on, band):
    assert age_band_of(born_on, TODAY) == band


@pytest.mark.parametrize("born_on", [TODAY, date(2027, 1, 1), date(1905, 11, 21), date(1, 1, 1)])
def test_a_date_of_birth_that_cannot_be_is_refused(born_on):
    with pytest.raises(ValueError, match="in the past and not more than 120 years ago"):
        age_band_of(born_on, TODAY)


def test_somebody_born_on_a_leap_day_turns_on_the_first_of_march():
    assert age_on(date(2008, 2, 29), date(2026, 2, 28)) == 17
    assert age_on(date(2008, 2, 29), date(2026, 3, 1)) == 18
    assert age_on(date(2008, 2, 29), date(2028, 2, 29)) == 20


@given(st.integers(0, OLDEST))
def test_every_age_is_in_exactly_one_known_band(age):
    bands = [b for b in AgeBand if b != AgeBand.NOT_KNOWN and b.youngest <= age <= b.oldest]

    assert len(bands) == 1


def test_an_unknown_age_may_be_any_age():
    assert (AgeBand.NOT_KNOWN.youngest, AgeBand.NOT_KNOWN.oldest) == (0, OLDEST)
