"""Nobody reaches another's case: with both locks, with either one away, and by SQL."""

import json
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from referrals import actions, policy
from referrals.errors import AccessEnded, MoveNotAllowed
from referrals.keeping import keys_of
from referrals.linking import known_cases
from referrals.models import Referral
from referrals.querysets import ReferralQuerySet
from referrals.reading import open_case, see
from tenancy.work import unit_of_work
from tests import databases, given
from tests.referrals.conftest import as_owner, told
from tests.referrals.outsiders import ACTS, OUTSIDERS

TABLES = (
    "referrals_case",
    "referrals_referral",
    "referrals_referralevent",
    "referrals_contactrule",
    "referrals_consententry",
    "referrals_grant",
    "referrals_bundle",
    "referrals_erasurekey",
    "referrals_sealedrecord",
    "referrals_searchtag",
    "referrals_caselink",
)
OF_CASE = {
    "referrals_case": "id = %s",
    "referrals_referralevent": "referral_id IN"
    " (SELECT id FROM referrals_referral WHERE case_id = %s)",
}
REFUSALS = ("row-level security", "an agency refers", "permission denied")


@pytest.fixture(scope="module")
def journey(house):
    """A case that is sent, one that is taken, and one referred on: by the same two agencies."""
    given.a_taken_referral(house.officer, house.adviser)  # so that the next one is linked to it
    taken = given.a_taken_referral(house.officer, house.adviser)
    onward = given.an_onward_referral(taken, house.adviser, "rowan")
    actions.accept(onward.reference, by=house.caseworker)
    waiting = given.a_sent_referral(house.officer)
    draft = actions.start_draft(given.details(), given.consent(), given.route(), by=house.officer)
    return {"taken": taken, "onward": onward, "waiting": waiting, "draft": draft}


def unlocked():
    """Take row-level security away from every table of the heart, as the owner."""
    with databases.owner(databases.current()) as owner:
        for table in TABLES:
            owner.execute(f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY')
            owner.execute(f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY')


@pytest.fixture
def unlocked_house(house, journey):
    """The house without its second lock, for one test."""
    unlocked()
    yield house
    with databases.owner(databases.current()) as owner:
        for table in TABLES:
            owner.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
            owner.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')


@pytest.fixture
def permissive(monkeypatch):
    """A policy that says yes to everybody, and a queryset that shows everything."""
    for question in ("may", "may_open", "may_work_on"):
        monkeypatch.setattr(policy, question, lambda *_: True)
    monkeypatch.setattr(ReferralQuerySet, "visible_to", lambda rows, _: rows.all())


def assert_does_not_exist(who, referral):
    for act in ACTS.values():
        with pytest.raises(Referral.DoesNotExist):
            act(referral.reference, who)


@pytest.mark.parametrize("which", ["taken", "onward", "waiting", "draft"])
@pytest.mark.parametrize("who", OUTSIDERS)
def test_outsider_finds_nothing_whatever_they_try(house, journey, who, which):
    assert_does_not_exist(getattr(house, who), journey[which])

    assert told(getattr(house, who)) == []


@pytest.mark.parametrize("which", ["taken", "onward", "waiting", "draft"])
@pytest.mark.parametrize("who", OUTSIDERS)
def test_policy_alone_keeps_outsiders_out(unlocked_house, journey, who, which):
    assert_does_not_exist(getattr(unlocked_house, who), journey[which])


@pytest.mark.parametrize("which", ["taken", "onward", "waiting", "draft"])
@pytest.mark.parametrize("who", OUTSIDERS)
def test_second_lock_alone_keeps_outsiders_out(house, journey, permissive, who, which):
    assert_does_not_exist(getattr(house, who), journey[which])


@pytest.mark.parametrize("who", OUTSIDERS)
def test_keys_alone_keep_outsiders_out(unlocked_house, journey, permissive, who):
    outsider, taken = getattr(unlocked_house, who), journey["taken"]

    with pytest.raises(AccessEnded), unit_of_work(outsider.context):
        keys_of(taken.case_id, outsider.agency_id)
    with pytest.raises(AccessEnded):
        open_case(taken.reference, by=outsider)
    with pytest.raises(AccessEnded):
        actions.amend(taken.reference, "needs", {"wanted": "x"}, by=outsider)


def test_insiders_reach_their_own_with_either_lock_away(unlocked_house, journey, monkeypatch):
    taken, onward, waiting = journey["taken"], journey["onward"], journey["waiting"]

    assert open_case(taken.reference, by=unlocked_house.adviser).document("risk")
    assert open_case(onward.reference, by=unlocked_house.caseworker).document("identity")
    assert see(waiting.reference, by=unlocked_house.adviser).status == "sent"


def test_insiders_reach_their_own_with_both_locks(house, journey):
    taken, onward, waiting = journey["taken"], journey["onward"], journey["waiting"]

    assert open_case(taken.reference, by=house.adviser).document("risk")
    assert open_case(taken.reference, by=house.officer).document("risk")
    assert open_case(onward.reference, by=house.caseworker).document("identity")
    assert open_case(waiting.reference, by=house.officer).document("identity")
    assert open_case(journey["draft"].reference, by=house.officer).document("identity")


def test_receiver_of_a_preview_opens_nothing_even_where_the_policy_says_yes(
    house, journey, permissive
):
    waiting = journey["waiting"]

    with pytest.raises(AccessEnded):
        open_case(waiting.reference, by=house.adviser)
    with pytest.raises((AccessEnded, MoveNotAllowed)):
        actions.answer(waiting.reference, by=house.adviser, note="x")


def test_colleague_sees_neither_an_officers_referral_nor_anybodys_draft(house, journey):
    for which in ("taken", "waiting", "draft"):
        assert_does_not_exist(house.colleague, journey[which])
    assert_does_not_exist(house.supervisor, journey["draft"])
    assert_does_not_exist(house.adviser, journey["draft"])

    assert see(journey["taken"].reference, by=house.supervisor).status == "accepted"


def test_service_finds_nothing_of_the_referral_before_its_own(house, journey):
    assert_does_not_exist(house.caseworker, journey["taken"])
    assert_does_not_exist(house.officer, journey["onward"])


def test_case_is_called_differently_by_each_agency(house, journey):
    names = {
        open_case(journey["taken"].reference, by=house.officer).reference,
        open_case(journey["taken"].reference, by=house.adviser).reference,
        open_case(journey["onward"].reference, by=house.caseworker).reference,
    }

    assert len(names) == 3
    with unit_of_work(house.adviser.context), connection.cursor() as cursor:
        cursor.execute("SELECT reference FROM referrals_grant")
        assert names & {row[0] for row in cursor.fetchall()} == {
            open_case(journey["taken"].reference, by=house.adviser).reference
        }


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("who", OUTSIDERS)
def test_sql_shows_an_outsider_no_row_and_lets_them_add_none(house, journey, who, table):
    outsider, case_id = getattr(house, who), journey["taken"].case_id
    where = OF_CASE.get(table, "case_id = %s")
    rows = as_owner(f"SELECT to_jsonb(t) FROM {table} t WHERE {where}", case_id)  # noqa: S608

    with unit_of_work(outsider.context), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table} WHERE {where}", [case_id])  # noqa: S608
        seen = cursor.fetchone()[0]
        added = [_added(cursor, table, _as_their_own(json.loads(row), outsider)) for (row,) in rows]
        changed = _changed(cursor, table, where, case_id)

    assert (seen, any(added), changed) == (0, False, 0)
    assert rows


def test_sql_shows_insiders_their_rows(house, journey):
    def count(who, table):
        where = OF_CASE.get(table, "case_id = %s")
        with unit_of_work(who.context), connection.cursor() as cursor:
            cursor.execute(
                f"SELECT count(*) FROM {table} WHERE {where}",  # noqa: S608
                [journey["taken"].case_id],
            )
            return cursor.fetchone()[0]

    adviser = {table: count(house.adviser, table) for table in TABLES}
    officer = {table: count(house.officer, table) for table in TABLES}
    service = {table: count(house.caseworker, table) for table in TABLES}

    assert all(adviser.values())
    assert (adviser["referrals_grant"], adviser["referrals_referral"]) == (1, 2)
    assert (officer["referrals_case"], officer["referrals_grant"]) == (0, 1)
    assert (adviser["referrals_contactrule"], officer["referrals_contactrule"]) == (1, 0)
    assert (service["referrals_referral"], service["referrals_grant"]) == (1, 1)
    assert service["referrals_sealedrecord"] == 4  # what was agreed, not all there is


def test_sql_shows_the_lead_no_word_written_before_that_was_not_agreed(house, journey):
    agreed = given.consent(compartments=["contact"])
    sent = given.a_sent_referral(house.officer, agreed=agreed)
    actions.accept(sent.reference, by=house.adviser)
    actions.amend(sent.reference, "risk", {"hazards": "None now"}, by=house.adviser)

    with unit_of_work(house.adviser.context), connection.cursor() as cursor:
        cursor.execute(
            "SELECT compartment, epoch FROM referrals_sealedrecord WHERE case_id = %s",
            [sent.case_id],
        )
        seen = set(cursor.fetchall())

    assert seen == {("contact", 1), ("risk", 2)}


def test_sql_shows_the_sender_nothing_written_after_it_handed_over(house, journey):
    actions.amend(journey["taken"].reference, "needs", {"wanted": "x"}, by=house.adviser)

    newest = "SELECT max(version) FROM referrals_sealedrecord WHERE case_id = %s"
    versions = []
    for who in (house.officer, house.adviser):
        with unit_of_work(who.context), connection.cursor() as cursor:
            cursor.execute(newest, [journey["taken"].case_id])
            versions.append(cursor.fetchone()[0])

    assert versions == [1, 2]


def test_sql_lets_who_handed_over_neither_come_back_nor_end_anybodys_access(house, journey):
    case_id = journey["taken"].case_id
    adviser, officer = house.adviser.agency_id, house.officer.agency_id
    attempts = [
        ("UPDATE referrals_grant SET last_epoch = NULL WHERE case_id = %s", [case_id]),
        ("SELECT referrals_end_access(%s, %s, now())", [case_id, adviser]),
        ("SELECT referrals_end_access(%s, %s, now())", [case_id, officer]),
        ("DELETE FROM referrals_bundle WHERE case_id = %s", [case_id]),
    ]

    with unit_of_work(house.officer.context), connection.cursor() as cursor:
        for statement, parameters in attempts:
            with pytest.raises(DatabaseError), transaction.atomic():
                cursor.execute(statement, parameters)
        cursor.execute("SELECT count(*) FROM referrals_live_grants(%s)", [case_id])
        assert cursor.fetchone()[0] == 0

    assert open_case(journey["taken"].reference, by=house.adviser).document("identity")


def test_worker_reads_clear_tables_and_no_sealed_one(house, journey):
    sealed = TABLES[4:]

    with databases.connect(databases.current(), databases.WORKER) as worker:
        for table in sealed:
            with pytest.raises(Exception, match="permission denied"), worker.transaction():
                worker.execute(f"SELECT count(*) FROM {table}")  # noqa: S608


def test_known_cases_of_one_agency_are_not_anothers(house, journey):
    with unit_of_work(house.cheshire_officer.context):
        assert known_cases(given.DOCUMENTS, house.cheshire_officer) == []
        assert known_cases(given.DOCUMENTS, house.officer) == []
    with unit_of_work(house.officer.context):
        assert journey["taken"].case_id in known_cases(given.DOCUMENTS, house.officer)


def _as_their_own(row, outsider):
    """A row as the outsider would write it: new, and of their own agency wherever it says whose."""
    own = {"agency_id", "referring_agency_id", "taken_by_agency_id"} & row.keys()
    fresh = {"id": str(uuid4())} if "id" in row else {}
    sent = {"status": "sent"} if "offered" in row else {}
    return {**row, **dict.fromkeys(own, outsider.agency_id), **fresh, **sent, "reference": "PH-NEW"}


def _added(cursor, table, row):
    try:
        with transaction.atomic():
            cursor.execute(
                f"INSERT INTO {table} SELECT (jsonb_populate_record(NULL::{table}, %s::jsonb)).*",
                [json.dumps(row)],
            )
            transaction.set_rollback(True)
    except DatabaseError as error:
        _explain(error)
        return False
    return table != "referrals_case"  # a case of one's own is nothing taken from anybody


def _changed(cursor, table, where, case_id):
    column = "case_id = case_id" if table not in OF_CASE else "id = id"
    try:
        with transaction.atomic():
            cursor.execute(f"UPDATE {table} SET {column} WHERE {where}", [case_id])  # noqa: S608
            return cursor.rowcount
    except DatabaseError as error:
        _explain(error)
        return 0


def _explain(error):
    """A refusal for another reason than the second lock's proves nothing."""
    if not any(refusal in str(error) for refusal in REFUSALS):
        raise error
