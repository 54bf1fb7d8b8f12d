"""A case that must not exist for somebody stands on no list of theirs, and in no export."""

from marac.agenda import as_csv, counts_of, line_of
from marac.reading import of_case, on_the_list, to_take_on
from referrals import actions as referring
from referrals.actions.declaring import Known
from tenancy.work import unit_of_work


def keep_out(member):
    known = Known(relation="family", phone="07700 900461")
    referring.declare(known, of=member, by=member)


def exported(meeting, member):
    with unit_of_work(member.context):
        listings = on_the_list(meeting, member)
        return as_csv([line_of(each) for each in listings]), counts_of(listings).cases


def test_agenda_leaves_out_what_is_kept_from_its_reader(people, own_database, listed, meeting):
    reference = listed.marac.referral.reference
    before, cases = exported(meeting, people.coordinator)
    assert (reference in before, cases) == (True, 1)

    keep_out(people.coordinator)

    after, cases = exported(meeting, people.coordinator)
    assert (reference in after, cases) == (False, 0)


def test_what_waits_to_be_listed_is_not_there_for_whoever_is_kept_out(
    people, own_database, referred
):
    def waiting(member):
        with unit_of_work(member.context):
            return list(to_take_on(member)), len(of_case(referred.case_id, by=member))

    assert waiting(people.coordinator) == ([referred], 1)
    with unit_of_work(people.adviser.context):
        assert len(of_case(referred.case_id, by=people.adviser)) == 1

    keep_out(people.adviser)

    with unit_of_work(people.adviser.context):
        assert of_case(referred.case_id, by=people.adviser) == []
    assert waiting(people.coordinator) == ([referred], 1)
