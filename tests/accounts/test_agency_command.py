"""``manage.py agency``: whole or not at all, with evidence, and words that say what is wrong."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import Agency, Application, Membership, SharingAgreement, User
from audit.models import AuditEntry
from tenancy.context import Context
from tenancy.work import unit_of_work
from tests import databases
from tests.accounts.signing_in import post_password
from vault.keyd import get_keyd
from vault.models import AgencyKey

NEW = [
    "harbour",
    "--name=Harbour Support",
    "--kind=service",
    "--area",
    "E08000012",
    "E08000015",
    "--agreement-from=2026-01-01",
    "--administrator=Boss@Harbour.example",
    "--administrator-name=Ann Field",
]


@pytest.fixture
def owner(own_database):
    """Sign in as an operator does: as the database's owner."""
    with databases.as_owner():
        yield


def agency(*words: str) -> str:
    """What the command prints."""
    out = io.StringIO()
    call_command("agency", *words, stdout=out)
    return out.getvalue()


def refusal(*words: str) -> str:
    """What the command says when it refuses."""
    with pytest.raises(CommandError) as refused:
        agency(*words)
    return str(refused.value)


def shown(printed: str, name: str) -> str:
    """A value that was printed behind its name."""
    return next(line.partition(": ")[2] for line in printed.splitlines() if line.startswith(name))


def counts() -> list[int]:
    """How many rows there are of everything the command may make."""
    models = [Agency, SharingAgreement, User, Membership, Application, AgencyKey]
    with unit_of_work(Context.migration()):
        return [model.objects.count() for model in models]


def test_adds_an_agency_with_keys_agreement_and_administrator(owner):
    printed = agency("add", *NEW)

    added = Agency.objects.get(code="harbour")
    membership = Membership.objects.get(agency=added)
    assert (added.name, added.kind) == ("Harbour Support", "service")
    assert added.areas == ["E08000012", "E08000015"]
    assert added.agreements.get().ends_on is None
    assert (membership.role, membership.user.email) == ("administrator", "boss@harbour.example")
    assert membership.user.password_due_at is not None
    assert membership.user.check_password(shown(printed, "One-time password"))
    assert AgencyKey.objects.filter(agency_id=added.pk).exists()
    assert len(get_keyd().tag(added.pk, "phone", ["+441511234567"])) == 16


def test_the_one_time_password_leads_to_choosing_an_own_one(own_database):
    with databases.as_owner():
        one_time = shown(agency("add", *NEW), "One-time password")

    browser = Client()
    browser_answer = post_password(browser, "boss@harbour.example", one_time)

    assert browser_answer.status_code == 302
    assert browser.get("/account/authenticator/")["Location"] == "/account/password/"


def test_records_what_it_did_in_both_chains(owner):
    agency("add", *NEW)

    added = Agency.objects.get(code="harbour")
    with unit_of_work(Context.migration()):
        written = list(
            AuditEntry.objects.filter(agency_id__in=[0, added.pk], actor_role="migration")
            .order_by("agency_id", "seq")
            .values_list("agency_id", "action")
        )
    acts = ["found_agency", "sign_agreement", "join"]
    assert [action for where, action in written if where == added.pk] == acts
    assert [action for where, action in written if where == 0][-3:] == acts


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({0: "rowan"}, "There is already an agency with the code rowan."),
        ({0: "Har Bour"}, "A code is small letters, digits and hyphens."),
        ({0: "HARBOUR"}, "A code is small letters, digits and hyphens."),
        ({1: "--name=Rowan Counselling"}, "There is already an agency with the name Rowan"),
        ({0: "x" * 61}, "Code: Ensure this value has at most 60 characters"),
        ({1: "--name=" + "x" * 201}, "Name: Ensure this value has at most 200 characters"),
        ({8: "--administrator-name=" + "x" * 101}, "Name: Ensure this value has at most 100"),
        ({1: "--name= "}, "Say what the agency is called."),
        ({4: "Liverpool"}, "Liverpool is not the code of a local authority"),
        ({6: "--agreement-to=2025-01-01"}, "the following arguments are required"),
        ({7: "--administrator=boss"}, "boss is not an e-mail address."),
        ({8: "--administrator-name= "}, "Say what the person is called."),
    ],
)
def test_says_what_is_wrong_and_leaves_nothing_behind(owner, change, said):
    before = counts()
    words = [change.get(number, word) for number, word in enumerate(NEW)]

    assert said in refusal("add", *words)
    assert counts() == before


def test_refuses_an_agreement_that_ends_before_it_starts(owner):
    before = counts()

    said = refusal("add", *NEW, "--agreement-to=2025-12-31")

    assert said == "The agreement would end before it starts."
    assert counts() == before


def test_records_a_second_agreement_only_for_other_days(owner):
    agency("agreement", "unsigned", "--from=2026-01-01", "--to=2026-12-31")

    assert "already has an agreement" in refusal("agreement", "unsigned", "--from=2026-12-31")
    agency("agreement", "unsigned", "--from=2027-01-01")
    assert SharingAgreement.objects.filter(agency__code="unsigned").count() == 2


def test_lists_agencies_and_says_which_are_suspended(owner):
    agency("suspend", "linden")
    suspended = agency("list")
    agency("resume", "linden")

    assert "linden\tSupport service\tLinden Support (suspended)" in suspended.splitlines()
    assert "linden\tSupport service\tLinden Support" in agency("list").splitlines()


def test_suspends_once_and_resumes_once(owner):
    agency("suspend", "linden")

    assert refusal("suspend", "linden") == "Linden Support is suspended already."
    agency("resume", "linden")
    assert refusal("resume", "linden") == "Linden Support is not suspended."


def test_adds_somebody_to_a_second_agency_with_the_sign_in_they_have(owner):
    printed = agency("member", "linden", "caseworker@example.org", "--name=X", "--role=caseworker")

    assert "They sign in as before." in printed
    assert Membership.objects.filter(user__email="caseworker@example.org").count() == 2


def test_refuses_to_add_a_member_twice(owner):
    words = ["member", "rowan", "Caseworker@example.org", "--name=X", "--role=caseworker"]

    assert refusal(*words) == "caseworker@example.org is already a member of Rowan Counselling."


def test_a_person_cannot_be_given_the_role_of_a_system(owner):
    said = refusal("member", "rowan", "new@example.org", "--name=X", "--role=client")

    assert "invalid choice: 'client'" in said


def test_lets_somebody_leave_and_come_back(owner):
    agency("leave", "rowan", "caseworker@example.org")

    assert "no member" in refusal("leave", "rowan", "caseworker@example.org")
    agency("member", "rowan", "caseworker@example.org", "--name=X", "--role=team_lead")
    roles = Membership.objects.filter(user__email="caseworker@example.org").order_by("pk")
    assert [(each.role, each.ended_at is None) for each in roles] == [
        ("caseworker", False),
        ("team_lead", True),
    ]


def test_gives_a_member_another_role(owner):
    printed = agency("role", "rowan", "caseworker@example.org", "--role=team_lead")

    assert printed == "caseworker@example.org is now: Service manager.\n"
    assert Membership.objects.get(user__email="caseworker@example.org").role == "team_lead"
    assert "no member" in refusal("role", "linden", "caseworker@example.org", "--role=officer")


def test_gives_a_way_in_back(owner):
    printed = agency("give-back", "officer@example.org")

    officer = User.objects.get(email="officer@example.org")
    assert officer.check_password(shown(printed, "One-time password of officer@example.org"))
    assert officer.session_epoch == 1


@pytest.mark.parametrize(
    "words",
    [
        ["suspend", "nowhere"],
        ["member", "nowhere", "new@example.org", "--name=X", "--role=officer"],
        ["client", "nowhere", "--title=X", "--scope", "service:read"],
        ["leave", "nowhere", "officer@example.org"],
        ["retire", "nowhere", "x"],
        ["agreement", "nowhere", "--from=2026-01-01"],
    ],
)
def test_says_that_there_is_no_such_agency(owner, words):
    assert refusal(*words) == "There is no agency with the code nowhere."


@pytest.mark.parametrize("act", ["shut-out", "give-back"])
def test_says_that_nobody_signs_in_so(owner, act):
    assert refusal(act, "nobody@example.org") == "Nobody signs in as nobody@example.org."


def test_adds_a_system_and_shows_its_secret_once(own_database):
    with databases.as_owner():
        printed = agency("client", "rowan", "--title=Case system", "--scope", "service:read")
    body = {
        "grant_type": "client_credentials",
        "scope": "service:read",
        "client_id": shown(printed, "client_id"),
        "client_secret": shown(printed, "client_secret"),
    }

    answer = Client().post("/api/v1/token/", body)

    kept = Application.objects.get(client_id=body["client_id"])
    assert answer.status_code == 200
    assert body["client_secret"] not in kept.client_secret
    assert kept.membership.role == "client"


def test_retires_a_system_of_that_agency_only(owner):
    client_id = Application.objects.get().client_id

    said = refusal("retire", "rowan", client_id)
    agency("retire", "merseyside-police", client_id)

    assert said == "Rowan Counselling has no system with that client_id."
    assert refusal("retire", "merseyside-police", client_id).endswith("retired already.")


def test_is_refused_to_the_web_role(own_database):
    with pytest.raises(Exception, match=r"migration|permission"):
        agency("suspend", "linden")

    assert Agency.objects.get(code="linden").is_active
