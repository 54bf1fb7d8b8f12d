"""An administrator's acts: on the people and systems of their own agency, and on nobody else's."""

import pytest
from django.contrib.auth.hashers import check_password
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from accounts.actions import administering
from accounts.errors import NotDone
from accounts.models import AccessToken, Application, Membership, User
from accounts.models.agencies import ROLES_OF, AgencyKind
from accounts.roles import Role
from audit.models import AuditEntry
from tenancy.work import unit_of_work
from tests.accounts.signing_in import at_once
from tests.api.systems import System
from tests.referrals.conftest import as_owner

NEW = {"email": "New.Adviser@example.org", "name": "Sam Newcomer", "role": "adviser"}
NOBODYS_ROLE = ("officer", "supervisor", "caseworker", "team_lead", "client", "owner", "")


def used(client_id, secret):
    return System(client_id, secret, "service:read")


def again(member):
    return Membership.objects.select_related("user").get(pk=member.pk)


def recorded(by, action):
    with unit_of_work(by.context):
        found = AuditEntry.objects.filter(agency_id=by.agency_id, action=action)
        return [(each.decision, each.reason) for each in found.order_by("seq")]


def test_somebody_new_gets_a_password_that_is_due_and_is_known_hashed_alone(people):
    joined = administering.add_person(by=people.administrator, **NEW)

    user = joined.membership.user
    assert (user.email, user.name) == ("new.adviser@example.org", "Sam Newcomer")
    assert (joined.membership.role, joined.membership.agency_id) == (
        "adviser",
        people.administrator.agency_id,
    )
    assert user.password_due_at is not None
    assert check_password(joined.one_time_password, user.password)
    assert recorded(people.administrator, "join") == [("allowed", "adviser")]


def test_somebody_of_another_agency_signs_in_as_they_do(people):
    theirs = people.wirral_adviser.user
    whom = {**NEW, "email": theirs.email, "name": "Another Name"}

    joined = administering.add_person(by=people.administrator, **whom)

    assert joined.one_time_password == ""
    user = User.objects.get(pk=theirs.pk)
    assert joined.membership.user_id == theirs.pk
    assert (user.password, user.name) == (theirs.password, theirs.name)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"email": "nobody"}, "is not an e-mail address"),
        ({"name": " "}, "Say what the person is called"),
        *[({"role": role}, "your kind of agency") for role in NOBODYS_ROLE],
    ],
)
def test_what_cannot_stand_is_said_and_nobody_is_added(people, changes, said):
    with pytest.raises(NotDone, match=said):
        administering.add_person(by=people.administrator, **{**NEW, **changes})

    assert not User.objects.filter(email="new.adviser@example.org").exists()
    administering.add_person(by=people.administrator, **NEW)


def test_member_is_not_added_twice_and_comes_back_after_leaving(people):
    whom = {**NEW, "email": people.adviser.user.email}
    with pytest.raises(NotDone, match="already a member"):
        administering.add_person(by=people.administrator, **whom)

    administering.end_membership(people.adviser, by=people.administrator)

    assert administering.add_person(by=people.administrator, **whom).one_time_password == ""


def test_role_changes_and_sessions_end(people):
    epoch = people.adviser.user.session_epoch

    administering.give_role(people.adviser, role="duty_manager", by=people.administrator)

    now = again(people.adviser)
    assert (now.role, now.user.session_epoch) == ("duty_manager", epoch + 1)
    assert recorded(people.administrator, "change_role") == [("allowed", "duty_manager")]


def test_who_has_left_may_nothing_any_more(people):
    adviser = people.adviser
    administering.end_membership(adviser, by=people.administrator)

    now = again(adviser)
    assert now.permissions == frozenset()
    assert now.user.session_epoch == adviser.user.session_epoch + 1
    with pytest.raises(NotDone, match="any more"):
        administering.end_membership(adviser, by=people.administrator)


def test_signed_out_everywhere_they_stay_what_they_are(people):
    adviser = people.adviser
    administering.end_sessions(adviser, by=people.administrator)

    now = again(adviser)
    assert now.user.session_epoch == adviser.user.session_epoch + 1
    assert (now.ended_at, now.role) == (None, "adviser")


def acts_on(person, by):
    """Each act on somebody, by name."""
    return {
        "role": lambda: administering.give_role(person, role="analyst", by=by),
        "end": lambda: administering.end_membership(person, by=by),
        "sessions": lambda: administering.end_sessions(person, by=by),
        "secret": lambda: administering.renew_secret(person, by=by),
    }


@pytest.mark.parametrize("act", ["role", "end", "sessions"])
@pytest.mark.parametrize("who", ["duty_manager", "adviser", "officer"])
def test_nobody_but_an_administrator_does(people, act, who):
    with pytest.raises(PermissionDenied):
        acts_on(people.second_adviser, getattr(people, who))[act]()

    assert again(people.second_adviser).ended_at is None
    acts_on(people.second_adviser, people.administrator)[act]()


@pytest.mark.parametrize("act", ["role", "end", "sessions"])
def test_nobody_does_it_to_another_agencys_people_or_to_themselves(people, act):
    with pytest.raises(PermissionDenied):
        acts_on(people.wirral_adviser, people.administrator)[act]()
    with pytest.raises(NotDone, match="another administrator"):
        acts_on(people.administrator, people.administrator)[act]()

    assert again(people.wirral_adviser).role == "adviser"
    assert again(people.administrator).role == "administrator"


def test_nobody_but_an_administrator_adds(people):
    for who in (people.duty_manager, people.adviser, people.officer):
        with pytest.raises(PermissionDenied):
            administering.add_person(by=who, **NEW)
        with pytest.raises(PermissionDenied):
            administering.add_system(title="Ours", scopes=["service:read"], by=who)


def test_system_gets_tokens_with_what_it_was_given_and_none_when_it_is_ended(people):
    made = administering.add_system(
        title="Case system", scopes=["service:read", "referral:read"], by=people.administrator
    )

    system = used(made.client_id, made.client_secret)
    assert system.get("services/").status_code == 200
    administering.end_membership(made.membership, by=people.administrator)

    assert system.get("services/").status_code == 401
    assert not AccessToken.objects.filter(application__client_id=made.client_id).exists()


def test_new_secret_ends_the_old_one_and_its_tokens(people):
    made = administering.add_system(
        title="Case system", scopes=["service:read"], by=people.administrator
    )
    before = used(made.client_id, made.client_secret)

    secret = administering.renew_secret(made.membership, by=people.administrator)

    assert before.get("services/").status_code == 401
    assert used(made.client_id, secret).get("services/").status_code == 200
    kept = Application.objects.get(client_id=made.client_id).client_secret
    assert secret not in kept
    assert recorded(people.administrator, "renew_secret") == [("allowed", "")]


def test_system_of_another_agency_is_left_alone(people):
    made = administering.add_system(
        title="Case system", scopes=["service:read"], by=people.administrator
    )
    rowans = Membership(agency=people.caseworker.agency, role=Role.ADMINISTRATOR, pk=1)

    for act in ("end", "secret"):
        with pytest.raises(PermissionDenied):
            acts_on(made.membership, rowans)[act]()
    acts_on(made.membership, people.administrator)["secret"]()


@pytest.mark.parametrize(("scopes", "said"), [([], "at least one"), (["everything"], "no scope")])
def test_system_needs_scopes_that_there_are(people, scopes, said):
    with pytest.raises(NotDone, match=said):
        administering.add_system(title="Ours", scopes=scopes, by=people.administrator)


CALLS = {
    "role": "SELECT accounts_change_role({target}, 'duty_manager')",
    "end": "SELECT accounts_end_membership({target})",
    "sessions": "SELECT accounts_end_sessions({target})",
    "secret": "SELECT accounts_renew_secret({target}, 'x')",
    "client": "SELECT accounts_add_client('Ours', 'case:read', 'mine', 'x')",
    "person": "SELECT * FROM accounts_add_person('x@example.org', 'X', 'x', now(), 'adviser')",
}


def called(statement, by):
    """Whether the database did it, asked past the code; undone."""
    with unit_of_work(by.context), connection.cursor() as cursor:
        try:
            with transaction.atomic():
                cursor.execute(statement)
                transaction.set_rollback(True)
        except DatabaseError:
            return False
    return True


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("who", ["duty_manager", "adviser", "officer", "wirral_adviser"])
def test_database_asks_who_calls(people, call, who):
    mine = administering.add_system(title="A", scopes=["case:read"], by=people.administrator)
    target = mine.membership.pk if call == "secret" else people.second_adviser.pk
    statement = CALLS[call].format(target=target)

    assert not called(statement, getattr(people, who))
    assert called(statement, people.administrator)


@pytest.mark.parametrize("call", ["role", "end", "sessions"])
@pytest.mark.parametrize("whose", ["wirral_adviser", "officer"])
def test_database_asks_whose_they_are(people, call, whose):
    statement = CALLS[call].format(target=getattr(people, whose).pk)

    assert not called(statement, people.administrator)
    assert called(CALLS[call].format(target=people.adviser.pk), people.administrator)


@pytest.mark.parametrize("call", ["role", "end"])
def test_database_lets_nobody_change_their_own(people, call):
    assert not called(CALLS[call].format(target=people.administrator.pk), people.administrator)


def test_administrator_who_has_left_is_none_to_the_database(own_database, people):
    as_owner(
        "UPDATE accounts_membership SET ended_at = now() WHERE id = %s", people.administrator.pk
    )

    assert not called(CALLS["end"].format(target=people.adviser.pk), people.administrator)


@pytest.mark.parametrize("kind", AgencyKind)
def test_database_knows_which_roles_a_kind_of_agency_has(own_database, people, kind):
    rowan = people.caseworker.agency_id
    as_owner("UPDATE accounts_agency SET kind = %s WHERE id = %s", kind, rowan)

    fits = "SELECT role FROM unnest(%s::text[]) AS role WHERE accounts_role_fits(%s, role)"
    found = as_owner(fits, [str(role) for role in Role], rowan)

    assert {role for (role,) in found} == set(ROLES_OF[kind])


def test_of_two_administrators_who_end_each_other_one_stays(own_database, people):
    added = {**NEW, "role": "administrator"}
    other = administering.add_person(by=people.administrator, **added).membership
    both = (people.administrator, Membership.objects.select_related("agency").get(pk=other.pk))

    def end(number):
        try:
            administering.end_membership(both[1 - number], by=both[number])
        except (DatabaseError, NotDone, PermissionDenied):
            return False
        return True

    at_once(2, end)

    left = Membership.objects.filter(pk__in=[each.pk for each in both], ended_at=None)
    assert left.count() >= 1
