import json
import string
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory import areas
from directory.areas import (
    AREAS,
    BCUS,
    FORCES,
    HALTON,
    KNOWSLEY,
    LIVERPOOL,
    SEFTON,
    ST_HELENS,
    WIRRAL,
    area_named,
    area_of_postcode,
    tidy_postcode,
)

WELL_FORMED = st.from_regex(r"[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}", fullmatch=True)


@pytest.mark.parametrize(
    ("postcode", "area"),
    [
        ("L36 9YU", KNOWSLEY),
        ("L3 1BY", LIVERPOOL),
        ("WA10 1HP", ST_HELENS),
        ("L20 3NJ", SEFTON),
        ("PR8 1DA", SEFTON),
        ("CH44 8ED", WIRRAL),
        ("WA8 7QF", HALTON),
    ],
)
def test_a_postcode_in_the_region_finds_its_area(postcode, area):
    assert area_of_postcode(postcode) == area


@pytest.mark.parametrize(
    "typed",
    ["l3 1by", "L31BY", "  L3  1BY ", "L3\u00a01BY", "L 3 1 B Y", "\uff2c\uff13 1by", "L3 1BY\n"],
)
def test_spacing_and_case_do_not_matter(typed):
    assert tidy_postcode(typed) == "L3 1BY"
    assert area_of_postcode(typed) == LIVERPOOL


@pytest.mark.parametrize(
    "postcode",
    ["SW1A 1AA", "M1 1AE", "PR1 2HE", "CH1 2HS", "WN1 1XX", "BT1 5GS", "GIR 0AA", "ZZ99 3VZ"],
)
def test_a_postcode_outside_the_region_has_no_area(postcode):
    assert area_of_postcode(postcode) is None


@pytest.mark.parametrize(
    ("inside", "area", "outside"),
    [
        ("CH64 1RX", WIRRAL, "CH64 1RA"),
        ("CH64 3TB", WIRRAL, "CH64 3TX"),
        ("L31 1AA", SEFTON, "L31 1ZZ"),
    ],
)
def test_a_sector_over_the_regions_edge_answers_only_for_postcodes_it_knows(inside, area, outside):
    assert area_of_postcode(inside) == area
    assert area_of_postcode(outside) is None


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "L3", "L3 1", "1BY", "L3 1BYX", "L33 31BY", "LLL3 1BY", "L3 OBY", "3L 1BY",
        "L3-1BY", "\u01413 1BY", "L\u0663 1BY", "L3 1BY; L3 1BZ", "L3\x001BY", "L3 1B\n", "unknown",
    ],
)  # fmt: skip
def test_something_that_is_no_postcode_is_refused_in_a_sentence(text):
    with pytest.raises(ValueError, match=r"^Enter a full UK postcode, for example L3 1BY\.$"):
        area_of_postcode(text)


def test_a_refusal_never_repeats_what_was_typed():
    with pytest.raises(ValueError, match="full UK postcode") as refusal:
        area_of_postcode("12 Canary Street")

    assert "Canary" not in str(refusal.value)
    assert refusal.value.__context__ is None


def test_a_very_long_text_is_refused_even_when_it_starts_like_a_postcode():
    with pytest.raises(ValueError, match="full UK postcode"):
        area_of_postcode("L3 1BY" + " " * 1_000_000)


@settings(max_examples=50, deadline=None)
@given(WELL_FORMED)
def test_every_well_formed_postcode_gets_an_area_or_none(postcode):
    assert area_of_postcode(postcode) in {None, *AREAS.values()}


@given(st.text(alphabet=string.printable, max_size=30))
def test_any_text_is_answered_or_refused_but_never_breaks(text):
    try:
        answer = area_of_postcode(text)
    except ValueError:
        return
    assert answer is None or answer.code in AREAS


@given(WELL_FORMED)
def test_tidying_twice_changes_nothing(postcode):
    assert tidy_postcode(tidy_postcode(postcode)) == tidy_postcode(postcode)


def test_no_known_postcode_is_in_two_areas_and_every_area_has_some():
    seen = set()
    for sector, found in json.loads(areas.LOOKUP.read_text())["sectors"].items():
        if isinstance(found, str):
            seen.add(found)
            continue
        units = [sector + unit for each in found.values() for unit in each.split()]
        assert len(units) == len(set(units))
        seen.update(found)
    assert seen == set(AREAS)


def test_the_lookup_is_read_once_and_stays_small():
    areas.sectors.cache_clear()
    tracemalloc.start()

    area_of_postcode("L3 1BY")
    area_of_postcode("WA8 7QF")

    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert areas.sectors.cache_info().misses == 1
    assert held < 500_000


def test_the_lookup_carries_its_licence():
    lookup = json.loads(areas.LOOKUP.read_text())

    assert "Open Government Licence v.3.0" in lookup["licence"]
    assert "Royal Mail" in lookup["licence"]


def test_halton_is_policed_by_cheshire_and_the_other_five_by_merseyside():
    forces = {area.name: FORCES[area.force_code] for area in AREAS.values()}

    assert forces.pop("Halton") == "Cheshire Constabulary"
    assert set(forces) == {"Knowsley", "Liverpool", "St Helens", "Sefton", "Wirral"}
    assert set(forces.values()) == {"Merseyside Police"}


def test_liverpool_has_two_police_units_and_every_other_merseyside_area_one():
    served = sorted(bcu.area.name for bcu in BCUS.values())

    assert served == ["Knowsley", "Liverpool", "Liverpool", "Sefton", "St Helens", "Wirral"]


def test_an_unknown_area_code_is_not_found():
    with pytest.raises(KeyError):
        area_named("E09000001")
