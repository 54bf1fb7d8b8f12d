"""A backup from before brings nothing back: what was withdrawn and erased since is done again."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.utils import timezone

from config.restored import refuse_an_older_database
from referrals import actions as referring
from referrals.errors import AccessEnded
from referrals.models import Referral
from referrals.reading import open_case, see
from retention import actions, sweeping
from retention.ledger_file import read_lines
from retention.models import LedgerLine
from tenancy.context import Context
from tenancy.work import unit_of_work
from tests import databases, given
from tests.referrals.conftest import as_owner, found_faults
from tests.retention.test_disposing import another_manager, ask, own_reference


@pytest.fixture
def ledger(house, settings, tmp_path):
    """A new file; what the house copied out before goes into it too."""
    as_owner("UPDATE retention_ledgerline SET copied_at = NULL")
    settings.ERASURE_LEDGER = str(tmp_path / "erasures.ndjson")
    return tmp_path / "erasures.ndjson"


def sweep():
    with databases.signed_in_as(databases.WORKER):
        return sweeping.sweep(timezone.now())


def restore(act, ledger):
    said = StringIO()
    with databases.as_owner():
        call_command("restore", act, "--ledger", str(ledger), stdout=said)
    return said.getvalue()


@pytest.fixture
def backup(house):
    """A copy of the house's database as it stands when this is called, and going back to it."""
    made = []

    def make():
        connections["default"].close()
        name = f"{databases.current()}_b{len(made)}"
        with databases.owner(databases.OWNER["NAME"]) as owner:
            owner.execute(f'CREATE DATABASE "{name}" TEMPLATE "{databases.current()}"')
        made.append(name)
        return lambda: databases.use(name, databases.WEB.name, databases.WEB.password)

    before = databases.current()
    yield make
    databases.use(before, databases.WEB.name, databases.WEB.password)
    for name in made:
        databases.drop(name)


@pytest.fixture
def shared(house, old):
    """Another case, in the hands of an adviser and of a service."""
    ours = given.a_taken_referral(
        house.officer, house.adviser, documents=given.somebody_else(house.officer)
    )
    theirs = given.an_onward_referral(ours, house.adviser, "rowan")
    referring.accept(theirs.reference, by=house.caseworker)
    return ours, theirs


def erase(house, old):
    """Both copies go, so that the case is erased."""
    asked = ask(house, old)
    actions.answer_disposal(asked.pk, by=another_manager(house), yes=True)
    asked = ask(house, old, by=house.supervisor)
    as_owner("UPDATE accounts_membership SET role = 'supervisor' WHERE id = %s", house.colleague.pk)
    assert actions.answer_disposal(asked.pk, by=house.colleague, yes=True).was_last


def test_restored_database_is_not_opened_until_what_it_forgot_is_done_again(
    house, old, shared, backup, ledger
):
    ours, theirs = shared
    go_back = backup()
    referring.withdraw_consent(theirs.reference, by=house.caseworker)
    erase(house, old)
    sweep()
    refuse_an_older_database()

    go_back()
    assert open_case(theirs.reference, by=house.caseworker).records  # what must not be
    assert see(old.reference, by=house.officer)
    with pytest.raises(SystemExit, match="restore replay"):
        refuse_an_older_database()
    with pytest.raises(CommandError, match="not known to this database"):
        restore("check", ledger)

    assert "done again" in restore("replay", ledger)

    assert "are known" in restore("check", ledger)
    refuse_an_older_database()
    with pytest.raises(AccessEnded):
        open_case(theirs.reference, by=house.caseworker)
    with pytest.raises(Referral.DoesNotExist):
        see(old.reference, by=house.officer)
    assert as_owner("SELECT count(*) FROM referrals_case WHERE id = %s", old.case_id) == [(0,)]
    assert open_case(ours.reference, by=house.adviser).records
    assert found_faults() == []


def test_replaying_twice_does_nothing_more_and_new_lines_get_new_ids(
    house, old, shared, backup, ledger
):
    _, theirs = shared
    go_back = backup()
    erase(house, old)
    sweep()
    known = {line.id for line in read_lines(ledger)}
    go_back()
    restore("replay", ledger)

    again = restore("replay", ledger)
    referring.withdraw_consent(theirs.reference, by=house.caseworker)
    sweep()

    assert again.startswith("0 of")
    lines = read_lines(ledger)
    assert max(line.id for line in lines) > max(known)
    assert [line.id for line in lines].count(max(known)) == 1


def test_agency_that_lost_parts_loses_all_after_a_restore(house, old, shared, backup, ledger):
    """Which parts it lost the ledger does not say; the safe side is none."""
    ours, theirs = shared
    go_back = backup()
    referring.narrow_consent(theirs.reference, ["needs"], by=house.adviser, method="phone")
    assert open_case(theirs.reference, by=house.caseworker).records
    sweep()
    go_back()

    restore("replay", ledger)

    with pytest.raises(AccessEnded):
        open_case(theirs.reference, by=house.caseworker)
    assert open_case(ours.reference, by=house.adviser).records


def test_ledger_holds_ids_and_codes_and_nothing_else(house, old, ledger):
    erase(house, old)
    sweep()

    lines = [json.loads(line) for line in ledger.read_text().splitlines()]

    assert {tuple(line) for line in lines} == {
        ("id", "kind", "case", "agency", "reason", "at", "after")
    }
    assert {"ended", "disposed", "erased"} <= {line["kind"] for line in lines}
    assert old.reference not in ledger.read_text()


def test_line_a_crash_tore_is_written_again_whole(house, old, ledger):
    erase(house, old)
    sweep()
    whole = read_lines(ledger)
    ledger.write_text(ledger.read_text()[:-20])
    assert len(read_lines(ledger)) == len(whole) - 1

    as_owner("UPDATE retention_ledgerline SET copied_at = NULL WHERE id = %s", whole[-1].id)
    sweep()

    assert read_lines(ledger) == whole


def test_lines_are_appended_once_and_kept_in_the_database(house, old, ledger):
    erase(house, old)
    assert sweep() > 0
    before = ledger.read_text()

    assert sweep() == 0

    assert ledger.read_text() == before
    with databases.as_owner(), unit_of_work(Context.migration()):
        assert not LedgerLine.objects.filter(copied_at=None).exists()


def test_without_a_ledger_there_is_nothing_to_compare(house, settings, tmp_path):
    settings.ERASURE_LEDGER = ""
    refuse_an_older_database()
    settings.ERASURE_LEDGER = str(tmp_path / "none yet")
    refuse_an_older_database()

    with pytest.raises(CommandError, match="no line"):
        restore("check", tmp_path / "none yet")


def test_hold_is_looked_at_again_on_its_day_and_told_once(house, old):
    tomorrow = timezone.localdate() + timedelta(days=1)
    reference = own_reference(old, house.duty_manager)
    actions.place_hold(reference, "legal", by=house.duty_manager, review_on=tomorrow)
    told = "SELECT count(*) FROM notices_notice WHERE kind = 'retention.review'"
    before = as_owner(told)

    with databases.signed_in_as(databases.WORKER):
        sweeping.sweep(timezone.now())
        assert as_owner(told) == before
        for _ in range(2):
            sweeping.sweep(timezone.now() + timedelta(days=1))

    assert as_owner(told)[0][0] > before[0][0]
    assert as_owner("SELECT count(*) FROM retention_hold WHERE reminded_at IS NULL") == [(0,)]
