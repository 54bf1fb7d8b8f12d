"""A backup from before lets nobody take what was taken back while it still waited for an answer."""

import pytest

from config.restored import refuse_an_older_database
from referrals import actions as referring
from referrals.errors import ConsentMissing
from retention.ledger_file import read_lines
from tests import given
from tests.referrals.conftest import as_owner, found_faults
from tests.retention.test_restoring import backup, ledger, restore, sweep

__all__ = ["backup", "ledger"]


@pytest.fixture
def waiting(house):
    """Two referrals on that wait for an answer, of one person each."""

    def make():
        ours = given.a_taken_referral(
            house.officer, house.adviser, documents=given.somebody_else(house.officer)
        )
        return given.an_onward_referral(ours, house.adviser, "rowan")

    return make(), make()


TAKEN_BACK = {
    "she withdrew": lambda house, to: referring.withdraw_consent(to.reference, by=house.adviser),
    "the sender took it back": lambda house, to: referring.withdraw(
        to.reference, by=house.adviser, reason="wrong_service"
    ),
    "she agreed to less": lambda house, to: referring.narrow_consent(
        to.reference, ["needs"], by=house.adviser, method="phone"
    ),
}


@pytest.mark.parametrize("how", TAKEN_BACK)
def test_what_was_taken_back_before_anybody_took_it_is_not_taken_after_a_restore(
    house, waiting, backup, ledger, how
):
    taken_back, other = waiting
    go_back = backup()
    TAKEN_BACK[how](house, taken_back)
    sweep()
    assert [line.kind for line in read_lines(ledger)].count("withdrawn") >= 1

    go_back()
    with pytest.raises(SystemExit, match="restore replay"):
        refuse_an_older_database()
    restore("replay", ledger)

    refuse_an_older_database()
    with pytest.raises(ConsentMissing):
        referring.accept(taken_back.reference, by=house.caseworker)
    assert referring.accept(other.reference, by=house.caseworker).status == "accepted"
    assert found_faults() == []


def test_agreement_to_as_much_or_more_leaves_no_line(house, waiting, ledger):
    first, _ = waiting
    sweep()
    before = len(read_lines(ledger))
    agreed = given.consent(compartments=["identity", "contact", "needs"])

    referring.record_agreement(first.reference, agreed, by=house.adviser)
    sweep()

    assert len(read_lines(ledger)) == before


def test_database_that_gave_ids_out_again_still_does_not_know_what_it_forgot(
    house, waiting, backup, ledger
):
    """Somebody worked on it unasked: its new lines have the numbers of those it lacks."""
    forgotten, other = waiting
    go_back = backup()
    referring.withdraw_consent(forgotten.reference, by=house.adviser)
    sweep()
    (line,) = [each for each in read_lines(ledger) if each.case_id == forgotten.case_id]
    go_back()
    referring.withdraw_consent(other.reference, by=house.adviser)
    newest = "SELECT case_id FROM retention_ledgerline WHERE id = %s"
    assert as_owner(newest, line.id) == [(other.case_id,)]

    with pytest.raises(SystemExit, match="restore replay"):
        refuse_an_older_database()
    assert restore("replay", ledger).startswith("1 of")

    refuse_an_older_database()
    sweep()
    with pytest.raises(ConsentMissing):
        referring.accept(forgotten.reference, by=house.caseworker)
    assert {forgotten.case_id, other.case_id} <= {each.case_id for each in read_lines(ledger)}
