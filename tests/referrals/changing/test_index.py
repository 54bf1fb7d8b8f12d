"""New keys for search tags: everybody is found on, by the same words and no others."""

import pytest
from django.core.management import CommandError

from referrals import actions
from referrals.ways import Way
from tests import given
from tests.referrals.changing.commands import found_again, id_of, minutes_pass, ran, tags_of
from tests.referrals.conftest import as_owner
from vault.keyd import get_keyd
from visits.actions import agree_way

IDVA = "liverpool-idva"


def test_rotate_index_tags_twice_then_reads_the_new_alone_then_drops_the_old(house, taken):
    actions.amend(taken.reference, "contact", {"phone": "07700 900462"}, by=house.adviser)
    before = tags_of(IDVA)
    assert before == {("crime_ref", 1): 1, ("name_dob", 1): 2, ("phone", 1): 2}

    said = ran("rotate", "index", IDVA)

    both = tags_of(IDVA)
    assert said[-1] == f"{IDVA} crime_ref: 0 left; both are written and read."
    assert both == before | {(purpose, 2): count for (purpose, _), count in before.items()}
    assert found_again(house.adviser) == [taken.case_id]
    get_keyd.cache_clear()
    later = given.a_taken_referral(house.officer, house.adviser)
    assert tags_of(IDVA)["name_dob", 1] == tags_of(IDVA)["name_dob", 2] == 4

    with pytest.raises(CommandError, match="It is still read"):
        ran("retire", "index", IDVA)
    minutes_pass("vault_blindindexkey")
    assert (
        ran("rotate", "index", IDVA)[-1] == f"{IDVA} crime_ref: 0 left; the new key is read alone."
    )
    with pytest.raises(CommandError, match="processes remember"):
        ran("retire", "index", IDVA)
    minutes_pass("vault_blindindexkey")
    assert ran("retire", "index", IDVA)[0] == f"{IDVA} name_dob: 1 destroyed."

    assert {version for _, version in tags_of(IDVA)} == {2}
    assert found_again(house.adviser) == sorted([taken.case_id, later.case_id])
    former = {"contact": {"phone": "07700 900461"}}
    assert found_again(house.adviser, former) == sorted([taken.case_id, later.case_id])
    assert found_again(house.adviser, {"contact": {"phone": "07700 900462"}}) == [taken.case_id]
    assert found_again(house.officer) == sorted([taken.case_id, later.case_id])


def test_a_way_to_be_in_touch_is_found_by_its_number_after_a_change(house, taken):
    words = {"phone": "07700 900998", "code_word": "Marigold"}
    way = Way(channel="phone_call", allowed=True, windows=given.ANY_TIME, document=words)
    agree_way(taken.reference, way, by=house.adviser)
    before = tags_of(IDVA)

    ran("rotate", "--batch", "1", "index", IDVA)

    assert tags_of(IDVA)["phone", 2] == before["phone", 1]
    assert found_again(house.adviser, {"contact": {"phone": "07700900998"}}) == [taken.case_id]


def test_nobody_becomes_findable_by_a_change_of_index_keys(house, taken):
    """A tag has a successor; a document without a tag gets none."""
    before = tags_of("merseyside-police")

    ran("rotate", "index", "merseyside-police")

    after = tags_of("merseyside-police")
    assert after == before | {(purpose, 2): count for (purpose, _), count in before.items()}


def test_a_tag_whose_documents_do_not_open_is_left_and_its_key_kept(house, taken):
    as_owner("UPDATE referrals_bundle SET signature = %s WHERE agency_id = %s", b"x", id_of(IDVA))

    said = ran("rotate", "index", IDVA)

    assert said[0] == f"{IDVA} name_dob: 0 moved."
    assert said[1] == f"{IDVA} name_dob: 2 left; both are written and read."
    minutes_pass("vault_blindindexkey")
    assert ran("rotate", "index", IDVA)[1].endswith("2 left; both are written and read.")
    with pytest.raises(CommandError, match=r"^2 tags have no successor"):
        ran("retire", "index", IDVA)
