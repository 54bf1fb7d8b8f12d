"""A way back in takes two people, neither of them the one it is for."""

import re
from contextlib import contextmanager
from datetime import timedelta
from importlib import import_module

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actions import administering
from accounts.errors import NotDone
from accounts.models import Membership, User
from accounts.roles import GRANTS
from audit.models import AuditEntry
from notices.models import Notice
from oversight import recovering
from oversight.models import Recovery
from portal.rota.people import sign_of
from tenancy.context import Context
from tenancy.work import unit_of_work
from tests import databases
from tests.accounts.signing_in import post_password, sign_in

migration = import_module("oversight.migrations.0002_recovery")


@pytest.fixture(autouse=True)
def house(own_database):
    """One that commits: its owner looks behind the policies."""


@contextmanager
def as_owner():
    with databases.as_owner(), unit_of_work(Context.migration()):
        yield


@pytest.fixture
def asked(people):
    sign_in(people.adviser)  # has a second factor, and a session
    return recovering.ask(people.adviser, reason="phone_lost", by=people.administrator)


def user_of(member):
    return User.objects.get(pk=member.user_id)


def factors_of(member):
    return Authenticator.objects.filter(user=member.user_id).count()


def test_two_people_give_a_third_a_password_for_an_hour(people, asked):
    before = user_of(people.adviser)

    one_time = recovering.answer(asked.pk, by=people.duty_manager, yes=True)

    after = user_of(people.adviser)
    assert after.check_password(one_time)
    assert after.session_epoch == before.session_epoch + 1
    left = after.password_due_at - timezone.now()
    assert timedelta(minutes=59) < left <= timedelta(hours=1)
    assert factors_of(people.adviser) == 0


def test_with_it_they_choose_their_own_and_set_up_a_second_factor(people, asked):
    old = sign_in(people.adviser)
    one_time = recovering.answer(asked.pk, by=people.duty_manager, yes=True)
    browser = Client()

    answer = post_password(browser, people.adviser.user.email, one_time)

    assert answer.status_code == 302
    assert old.get("/cases/").status_code == 302  # the session they had is over
    assert browser.get("/cases/").status_code == 302  # nothing opens before that is done
    assert (
        reverse("account_change_password")
        in browser.get("/cases/", follow=True).request["PATH_INFO"]
    )


def test_after_an_hour_it_is_worth_nothing(people, asked):
    one_time = recovering.answer(asked.pk, by=people.duty_manager, yes=True)
    with as_owner():
        User.objects.filter(pk=people.adviser.user_id).update(
            password_due_at=timezone.now() - timedelta(seconds=1)
        )
    assert post_password(Client(), people.adviser.user.email, one_time).status_code != 302


def test_turned_down_nothing_changes(people, asked):
    before = user_of(people.adviser)
    assert recovering.answer(asked.pk, by=people.duty_manager, yes=False) == ""
    after = user_of(people.adviser)
    assert (after.password, after.session_epoch) == (before.password, before.session_epoch)
    assert factors_of(people.adviser) == 1
    with pytest.raises(NotDone, match="answered already"):
        recovering.answer(asked.pk, by=people.duty_manager, yes=True)


@pytest.mark.parametrize("who", ["administrator", "adviser", "second_adviser", "team_lead"])
def test_nobody_else_is_the_second(people, asked, who):
    """Who asked, who is asked for, a colleague who manages nobody, a manager elsewhere."""
    with pytest.raises((PermissionDenied, Recovery.DoesNotExist)):
        recovering.answer(asked.pk, by=getattr(people, who), yes=True)
    assert factors_of(people.adviser) == 1
    assert recovering.answer(asked.pk, by=people.duty_manager, yes=True)


@pytest.mark.parametrize("who", ["duty_manager", "adviser", "team_lead", "wirral_adviser"])
def test_only_an_administrator_of_the_agency_asks(people, who):
    with pytest.raises(PermissionDenied):
        recovering.ask(people.second_adviser, reason="both", by=getattr(people, who))
    assert recovering.ask(people.second_adviser, reason="both", by=people.administrator)


def test_nobody_asks_for_themselves_or_for_another_agencys(people):
    with pytest.raises(NotDone, match="nobody changes their own"):
        recovering.ask(people.administrator, reason="both", by=people.administrator)
    with pytest.raises(PermissionDenied):
        recovering.ask(people.wirral_adviser, reason="both", by=people.administrator)


def test_two_people_of_one_agency_do_not_get_into_what_somebody_does_for_another(people):
    whom = {"email": people.wirral_adviser.user.email, "name": "x", "role": "adviser"}
    ours = administering.add_person(by=people.administrator, **whom).membership
    with pytest.raises(NotDone, match="operator"):
        recovering.ask(ours, reason="both", by=people.administrator)
    assert recovering.ask(people.adviser, reason="both", by=people.administrator)


def test_nor_when_they_joined_the_other_one_meanwhile(people, asked):
    adviser, elsewhere = people.adviser, people.wirral_adviser.agency
    with as_owner():
        Membership.objects.create(user_id=adviser.user_id, agency=elsewhere, role="adviser")
    with pytest.raises(NotDone, match="ask the operator"):
        recovering.answer(asked.pk, by=people.duty_manager, yes=True)
    assert factors_of(adviser) == 1


def test_asked_once_and_for_a_day(people, asked):
    with pytest.raises(NotDone, match="asked for already"):
        recovering.ask(people.adviser, reason="phone_lost", by=people.administrator)
    with as_owner():
        Recovery.objects.update(asked_at=timezone.now() - timedelta(hours=24, seconds=1))
    with pytest.raises(NotDone, match="its day is over"):
        recovering.answer(asked.pk, by=people.duty_manager, yes=True)
    assert recovering.ask(people.adviser, reason="phone_lost", by=people.administrator)


def test_the_database_knows_the_same_second_people():
    known = re.search(r"m\.role IN \(([^)]+)\)", migration.FUNCTIONS)[1]
    able = {role.value for role in GRANTS if {*recovering.SECONDS} & GRANTS[role]}
    assert set(re.findall(r"'(\w+)'", known)) == able


@pytest.mark.parametrize("who", ["administrator", "adviser", "second_adviser", "team_lead"])
def test_the_database_asks_again_who_answers(people, asked, who):
    given = [asked.pk, True, "!", timezone.now()]
    member = getattr(people, who)
    with pytest.raises(DatabaseError), unit_of_work(member.context), connection.cursor() as cursor:
        cursor.execute("SELECT oversight_answer_recovery(%s, %s, %s, %s)", given)
    assert factors_of(people.adviser) == 1
    assert recovering.answer(asked.pk, by=people.duty_manager, yes=True)


@pytest.mark.parametrize("who", ["duty_manager", "adviser", "team_lead"])
def test_the_database_asks_again_who_asks(people, who):
    member = getattr(people, who)
    with pytest.raises(DatabaseError), unit_of_work(member.context), connection.cursor() as cursor:
        cursor.execute("SELECT oversight_ask_for_recovery(%s, 'both')", [people.second_adviser.pk])


def test_rows_are_written_by_the_functions_alone(people, asked):
    with (
        pytest.raises(DatabaseError),
        unit_of_work(people.duty_manager.context),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE oversight_recovery SET answered_by_id = NULL")


def test_those_who_may_answer_hear_of_it_and_so_does_whoever_it_is_for(people, asked):
    recovering.answer(asked.pk, by=people.duty_manager, yes=True)
    with as_owner():
        told = list(Notice.objects.filter(kind__startswith="recovery.").order_by("created_at"))
    heard = {(each.kind, each.recipient_id) for each in told}
    assert ("recovery.asked", people.duty_manager.pk) in heard
    assert {
        ("recovery.given", people.administrator.pk),
        ("recovery.given", people.adviser.pk),
    } <= heard
    assert not [pair for pair in heard if pair == ("recovery.asked", people.administrator.pk)]


def test_both_acts_are_in_evidence(people, asked):
    recovering.answer(asked.pk, by=people.duty_manager, yes=True)
    with unit_of_work(people.duty_manager.context):
        entries = AuditEntry.objects.filter(action__startswith="recovery.").order_by("seq")
        said = [(each.action, each.actor, each.decision) for each in entries]
    assert said == [
        ("recovery.ask", str(people.administrator.pk), "allowed"),
        ("recovery.confirm", str(people.duty_manager.pk), "allowed"),
    ]


# ---- on the screen


def test_an_administrator_asks_and_a_manager_gives(people):
    admin, manager = sign_in(people.administrator), sign_in(people.duty_manager)
    ask_page = reverse("portal:lost_way_in", args=[sign_of(people.adviser.pk)])
    assert "Lost their way in" in admin.get("/people/").content.decode()

    assert admin.post(ask_page, {"reason": "phone_new"}).status_code == 303

    waiting = reverse("portal:ways_back")
    with as_owner():
        recovery = Recovery.objects.get()
    one = reverse("portal:way_back", args=[recovery.pk])
    assert one not in admin.get(waiting).content.decode()
    assert "Somebody else has to answer" in admin.get(waiting).content.decode()
    assert one in manager.get(waiting).content.decode()
    assert admin.get(one).status_code == 403
    answer = manager.post(one, {"answer": "yes"})
    said = answer.content.decode()
    assert "This is shown only now" in said
    password = said.split("<code>")[1].split("</code>")[0]
    assert user_of(people.adviser).check_password(password)
    assert sign_in(people.caseworker).get(waiting).status_code == 403
    assert one not in manager.get(waiting).content.decode()
