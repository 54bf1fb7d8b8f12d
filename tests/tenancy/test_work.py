"""The unit of work: who asks, until when, and what becomes of it when something fails."""

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.transaction import TransactionManagementError

from tenancy.context import Context
from tenancy.work import (
    ContextMismatch,
    ContextRefused,
    current_work,
    enter,
    is_retryable,
    unit_of_work,
)
from tests import databases
from tests.databases import WORKER
from tests.tenancy.conftest import add, words

OURS = Context.member(agency_id=1, membership_id=7)
THEIRS = Context.member(agency_id=2, membership_id=9)


@pytest.fixture(autouse=True)
def _only_the_first_words(probe):
    yield
    with unit_of_work(OURS), connection.cursor() as cursor:
        cursor.execute("DELETE FROM tenancy_probe WHERE word <> 'ours'")


def test_a_work_sees_as_its_asker_and_leaves_nothing_to_the_next():
    with unit_of_work(OURS):
        assert words() == ["ours"]

    assert words() == []
    with unit_of_work(Context.nobody()):
        assert words() == []
    with unit_of_work(THEIRS):
        assert words() == ["theirs"]


def test_nobody_becomes_somebody_once():
    with unit_of_work(Context.nobody()):
        assert words() == []
        enter(OURS)
        assert words() == ["ours"]
        with pytest.raises(ContextMismatch):
            enter(THEIRS)
        assert words() == ["ours"]


def test_a_work_joins_the_same_askers_and_refuses_another():
    with unit_of_work(OURS) as outer, unit_of_work(OURS) as inner:
        assert inner is outer
        with pytest.raises(ContextMismatch), unit_of_work(THEIRS):
            pass
        with pytest.raises(ContextMismatch), unit_of_work(Context.nobody()):
            pass
        assert words() == ["ours"]


def test_nobody_is_asking_outside_a_work():
    assert current_work() is None
    with pytest.raises(ContextMismatch, match="outside"):
        enter(OURS)


@pytest.mark.parametrize(
    "context", [OURS, Context.client(agency_id=1, membership_id=7), Context.migration()]
)
def test_the_worker_is_told_that_it_may_not_speak_for_others(context):
    with databases.signed_in_as(WORKER):
        with pytest.raises(ContextRefused), unit_of_work(context):
            pass
        with unit_of_work(Context.system()):
            assert words() == ["ours", "theirs"]


def test_a_wrong_password_is_an_error_and_not_an_empty_house():
    """As after a rotation: the open connection lives on, its key is no longer the stored one."""
    right = connection.settings_dict["PASSWORD"]
    connection.ensure_connection()
    connection.settings_dict["PASSWORD"] = "the password of last month"
    try:
        with pytest.raises(ContextRefused, match="web"), unit_of_work(OURS):
            pass
    finally:
        connection.settings_dict["PASSWORD"] = right

    with unit_of_work(OURS):
        assert words() == ["ours"]


def test_a_failed_work_keeps_nothing():
    with pytest.raises(ZeroDivisionError):
        _fail_at(1)

    with unit_of_work(OURS):
        assert words() == ["ours"]


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_a_failed_part_undoes_itself_and_the_rest_goes_on(depth):
    with unit_of_work(OURS):
        add("before")
        with pytest.raises(ZeroDivisionError):
            _fail_at(depth)
        add("after")

    with unit_of_work(OURS):
        assert words() == ["ours", "before", "after"]


def _fail_at(depth: int) -> None:
    with unit_of_work(OURS):
        add("lost")
        if depth > 1:
            _fail_at(depth - 1)
        raise ZeroDivisionError


def test_a_part_caught_two_deep_does_not_poison_the_one_around_it():
    with unit_of_work(OURS), unit_of_work(OURS):
        add("kept")
        with pytest.raises(ZeroDivisionError):
            _fail_at(1)
        add("also kept")

    with unit_of_work(OURS):
        assert words() == ["ours", "kept", "also kept"]


def _enter_and_fail() -> None:
    with unit_of_work(Context.nobody()):
        enter(OURS)
        assert words() == ["ours"]
        raise ZeroDivisionError


def test_somebody_entered_in_a_failed_part_is_nobody_again_and_can_come_back():
    with unit_of_work(Context.nobody()):
        with pytest.raises(ZeroDivisionError):
            _enter_and_fail()
        assert words() == []
        enter(OURS)
        assert words() == ["ours"]


def test_a_transaction_that_outlives_the_work_forgets_its_asker():
    with transaction.atomic():
        with unit_of_work(OURS):
            assert words() == ["ours"]
        assert words() == []
        with unit_of_work(THEIRS):
            assert words() == ["theirs"]


def test_a_transaction_that_outlives_a_failed_work_forgets_its_asker():
    with transaction.atomic():
        with pytest.raises(ZeroDivisionError), unit_of_work(OURS):
            raise ZeroDivisionError
        assert words() == []


def test_a_swallowed_database_error_does_not_pass_for_a_commit():
    """PostgreSQL answers COMMIT of an aborted transaction with a quiet ROLLBACK."""

    def swallow():
        with unit_of_work(OURS):
            add("lost")
            with pytest.raises(IntegrityError):
                add(None)

    with pytest.raises(TransactionManagementError):
        swallow()

    with unit_of_work(OURS):
        assert words() == ["ours"]


def test_a_swallowed_failure_without_a_savepoint_does_not_pass_for_a_commit():
    def swallow():
        with unit_of_work(OURS):
            add("lost")
            with pytest.raises(ZeroDivisionError), transaction.atomic(savepoint=False):
                raise ZeroDivisionError

    with pytest.raises(TransactionManagementError):
        swallow()

    with unit_of_work(OURS):
        assert words() == ["ours"]


def test_what_fails_after_the_commit_does_not_undo_it(caplog):
    """A nudge that cannot be sent is logged; the caller is told the truth, that it is saved."""

    def fail() -> None:
        raise ConnectionRefusedError

    with unit_of_work(OURS):
        add("saved")
        transaction.on_commit(fail)

    assert "what was to follow it failed" in caplog.text
    with unit_of_work(OURS):
        assert words() == ["ours", "saved"]


def test_only_lost_races_are_worth_another_try():
    with unit_of_work(OURS), connection.cursor() as cursor:
        caught = {}
        for state in ("40001", "40P01", "55P03", "23505"):
            cursor.execute("SAVEPOINT s")
            with pytest.raises(Exception, match="as asked") as error:
                cursor.execute(f"DO $$ BEGIN RAISE 'as asked' USING ERRCODE = '{state}'; END $$")
            caught[state] = is_retryable(error.value)
            cursor.execute("ROLLBACK TO SAVEPOINT s")

    assert caught == {"40001": True, "40P01": True, "55P03": False, "23505": False}
    assert not is_retryable(OperationalError("no server"))
