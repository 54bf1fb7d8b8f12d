"""One person, however spelt, gives one tag; another agency, purpose or person another."""

from datetime import date

import pytest

from vault.blind_index import (
    canonical_crime_ref,
    canonical_name_dob,
    canonical_phone,
    swapped_name_dob,
    tag,
)

BORN = date(1990, 2, 3)
KEY = bytes(range(32))


@pytest.mark.parametrize(
    ("given", "family", "canonical"),
    [
        ("Siân", "O'Brien", ("sian", "obrien")),
        (
            "SIA\N{COMBINING CIRCUMFLEX ACCENT}N",
            "O\N{RIGHT SINGLE QUOTATION MARK}BRIEN",
            ("sian", "obrien"),
        ),
        (" Sian ", "O\N{MODIFIER LETTER APOSTROPHE}Brien", ("sian", "obrien")),
        ("sian", "O`Brien", ("sian", "obrien")),
        ("Sian", "o brien", ("sian", "obrien")),
        ("Anne-Marie", "Smith-Jones", ("annemarie", "smithjones")),
        ("Anne\N{EN DASH}Marie", "Smith\N{NON-BREAKING HYPHEN}Jones", ("annemarie", "smithjones")),
        ("AnneMarie", "Smith Jones", ("annemarie", "smithjones")),
        ("J.", "St. John", ("j", "stjohn")),
        ("Łucja", "Żółć", ("lucja", "zolc")),
        ("Søren", "Þórðarson", ("soren", "thordarson")),
        ("Zoë", "Strauß", ("zoe", "strauss")),
        ("Jose\N{ZERO WIDTH SPACE}", "N\N{LATIN SMALL LETTER N WITH TILDE}ez", ("jose", "nnez")),
        ("\N{LATIN SMALL LIGATURE FI}ona", "Æther", ("fiona", "aether")),
        ("مُحَمَّد", "עֵדָה", ("محمد", "עדה")),
        ("कुमार", "がく", ("कुमार", "がく")),
        ("Ольга", "Йорк", ("ольга", "иорк")),
        ("", "", ("", "")),
    ],
)
def test_names_have_one_spelling(given, family, canonical):
    assert canonical_name_dob(given, family, BORN) == (*canonical, "1990-02-03")


def test_given_and_family_name_swapped_are_found():
    stored = canonical_name_dob("Siân", "O'Brien", BORN)

    searched = canonical_name_dob("OBrien", "Sian", BORN)

    assert searched != stored
    assert searched == swapped_name_dob(stored)


@pytest.mark.parametrize(
    "spelling",
    [
        "07700900123",
        "07700 900123",
        "(07700) 900-123",
        "+447700900123",
        "+44 7700 900123",
        "0044 7700 900 123",
        "+44 (0)7700 900123",
        "7700 900123",
        "\N{FULLWIDTH PLUS SIGN}44 7700.900.123",
    ],
)
def test_phones_have_one_spelling(spelling):
    assert canonical_phone(spelling) == ("+447700900123",)


@pytest.mark.parametrize(
    ("number", "canonical"),
    [
        ("0151 496 0123", ("+441514960123",)),
        ("+353 20 915 1234", ("+353209151234",)),
        ("00353 20 915 1234", ("+353209151234",)),
        ("+48 12 345 67 89", ("+48123456789",)),
        ("ask her sister", None),
        ("12", None),
        ("", None),
    ],
)
def test_phones_elsewhere_keep_their_country_and_words_are_no_phone(number, canonical):
    assert canonical_phone(number) == canonical


@pytest.mark.parametrize(
    ("reference", "canonical"),
    [
        ("05a/1234567/26", ("05A123456726",)),
        ("05A 1234567-26", ("05A123456726",)),
        ("\N{FULLWIDTH DIGIT ZERO}5A123456726", ("05A123456726",)),
        ("--", None),
        ("", None),
    ],
)
def test_crime_references_have_one_spelling(reference, canonical):
    assert canonical_crime_ref(reference) == canonical


def test_tags_differ_by_key_by_part_and_by_where_a_part_ends():
    parts = canonical_name_dob("Sian", "OBrien", BORN)

    tags = {
        tag(KEY, parts),
        tag(KEY[::-1], parts),
        tag(KEY, canonical_name_dob("SianO", "Brien", BORN)),
        tag(KEY, canonical_name_dob("Sian", "OBrien", date(1990, 3, 2))),
        tag(KEY, ["".join(parts)]),
    }

    assert len(tags) == 5
    assert {len(made) for made in tags} == {16}
    assert tag(KEY, parts) in tags
