"""Tokens: who gets one, for what, how long, and what is left of them in the database."""

import base64
import json
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import get_resolver
from oauth2_provider.models import set_token_value
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from accounts.actions import clients, founding, leaving
from accounts.models import AccessToken, Agency, Application
from accounts.scopes import SCOPES
from api.authentication import ClientAuthentication, requires
from audit.models import AuditEntry
from tenancy.context import Context
from tenancy.middleware import RequestTransaction
from tenancy.work import unit_of_work
from tests import databases
from tests.world import CLIENT_ID, CLIENT_SECRET

ASKED = "referral:create referral:read"


def ask(scope: str = ASKED, secret: str = CLIENT_SECRET, **more: str) -> HttpResponse:
    """A token request as a client library sends it, with HTTP Basic."""
    basic = base64.b64encode(f"{CLIENT_ID}:{secret}".encode()).decode()
    body = {"grant_type": "client_credentials", "scope": scope} | more
    headers = {"Authorization": f"Basic {basic}"}
    return Client(enforce_csrf_checks=True).post("/api/v1/token/", body, headers=headers)


def token(scope: str = ASKED) -> str:
    """A token of the records system."""
    return str(ask(scope).json()["access_token"])


class Guarded(APIView):
    """Stands for every endpoint: wants a token with one scope."""

    authentication_classes = [ClientAuthentication]
    permission_classes = [requires("referral:read")]

    def get(self, request) -> Response:
        return Response({"agency": request.auth.agency.code, "scopes": sorted(request.auth.scopes)})


def call(authorization: str | None) -> HttpResponse:
    """Ask the guarded endpoint inside a request transaction."""
    headers = {"Authorization": authorization} if authorization else {}
    request = APIRequestFactory().get("/api/v1/guarded/", headers=headers)
    return RequestTransaction(lambda asked: Guarded.as_view()(asked).render())(request)


def test_issues_a_token_for_five_minutes_and_the_scopes_asked(people):
    answer = ask()

    assert answer.status_code == 200
    body = answer.json()
    assert (body["token_type"], body["expires_in"], body["scope"]) == ("Bearer", 300, ASKED)
    assert answer["Cache-Control"].startswith("no-store")
    issued = AccessToken.objects.annotate(left=Now()).get()
    assert timedelta(seconds=290) < issued.expires - issued.left <= timedelta(seconds=300)


def test_lets_a_system_use_its_token(people):
    answer = call(f"Bearer {token()}")

    assert answer.status_code == 200
    expected = {"agency": "merseyside-police", "scopes": ["referral:create", "referral:read"]}
    assert json.loads(answer.content) == expected


def test_finds_a_token_in_one_query(people, django_assert_num_queries):
    issued = token()
    request = APIRequestFactory().get("/", headers={"Authorization": f"Bearer {issued}"})

    with unit_of_work(Context.nobody()), django_assert_num_queries(2):  # token; context
        ClientAuthentication().authenticate(APIView().initialize_request(request))


def test_takes_the_secret_in_the_body_too(people):
    body = {
        "grant_type": "client_credentials",
        "scope": ASKED,
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
    }

    assert Client().post("/api/v1/token/", body).status_code == 200


@pytest.mark.parametrize("secret", ["", "another secret", CLIENT_SECRET.upper(), "\0", "é" * 300])
def test_refuses_another_secret(people, secret):
    answer = ask(secret=secret)

    assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})
    assert not AccessToken.objects.exists()


@pytest.mark.parametrize("client_id", ["", "nobody", "\0", "x" * 5000, CLIENT_ID.upper()])
def test_refuses_an_unknown_system_like_a_wrong_secret(people, client_id):
    body = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": "x"}

    answer = Client().post("/api/v1/token/", body | {"scope": ASKED})

    assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})


@pytest.mark.parametrize("scope", ["", " ", "admin", "referral:read admin", "REFERRAL:READ"])
def test_refuses_no_scope_and_unknown_scopes(people, scope):
    answer = ask(scope)

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")


@pytest.mark.parametrize(
    "grant", ["password", "authorization_code", "refresh_token", "implicit", "", "\0"]
)
def test_refuses_every_other_grant(people, grant):
    answer = ask(grant_type=grant, username="officer@example.org", password="x", code="x")

    assert answer.status_code == 400
    assert answer.json()["error"] in {"unsupported_grant_type", "invalid_request"}
    assert not AccessToken.objects.exists()


def test_refuses_the_device_grant(people):
    answer = ask(grant_type="urn:ietf:params:oauth:grant-type:device_code", device_code="x")

    assert answer.status_code == 400


@pytest.mark.parametrize("path", ["/api/v1/token/", "/api/v1/revoke/"])
def test_answers_only_posts(people, path):
    assert Client().get(path).status_code == 405


def test_refuses_secrets_in_the_address(people):
    address = f"/api/v1/token/?client_id={CLIENT_ID}&client_secret={CLIENT_SECRET}"

    answer = Client().post(address, {"grant_type": "client_credentials", "scope": ASKED})

    assert answer.status_code == 400


def test_keeps_no_usable_token_and_no_secret(people):
    issued = token()

    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(t)::text FROM accounts_accesstoken t")
        kept = cursor.fetchone()[0]
        cursor.execute("SELECT client_secret FROM accounts_application")
        secret = cursor.fetchone()[0]
    checksum = json.loads(kept)["token_checksum"]

    assert issued not in kept
    assert CLIENT_SECRET not in secret
    assert call(f"Bearer {checksum}").status_code == 401
    assert ask(secret=secret).status_code == 401


@pytest.mark.parametrize(
    "authorization", [None, "Bearer", "Bearer ", "Bearer nonsense", "Basic eDp4", "bearer a b"]
)
def test_refuses_without_a_good_token(people, authorization):
    answer = call(authorization)

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith('Bearer realm="Pierhead"')


def test_refuses_a_token_in_the_address(people):
    request = RequestFactory().get("/", {"access_token": token()})

    assert (
        RequestTransaction(lambda asked: Guarded.as_view()(asked).render())(request).status_code
        == 401
    )


def test_refuses_an_expired_token(people):
    application = Application.objects.get()
    old = AccessToken(application=application, scope=ASKED, expires=Now() - timedelta(seconds=1))
    set_token_value(old, "a token of five minutes ago")
    old.save()

    assert call("Bearer a token of five minutes ago").status_code == 401


def test_forgets_expired_tokens_when_the_next_is_issued(people):
    application = Application.objects.get()
    old = AccessToken(application=application, scope=ASKED, expires=Now() - timedelta(seconds=1))
    set_token_value(old, "a token of five minutes ago")
    old.save()

    token()

    assert not AccessToken.objects.filter(pk=old.pk).exists()


def test_refuses_a_token_without_the_scope_and_does_not_say_which(people):
    answer = call(f"Bearer {token('referral:create')}")

    assert answer.status_code == 403
    assert "referral:read" not in answer.content.decode()


def test_refuses_a_revoked_token(people):
    issued = token()
    body = {"token": issued, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    before = call(f"Bearer {issued}").status_code

    answer = Client().post("/api/v1/revoke/", body)

    assert (before, answer.status_code) == (200, 200)
    assert call(f"Bearer {issued}").status_code == 401


def test_revokes_nothing_without_the_secret(people):
    issued = token()

    answer = Client().post("/api/v1/revoke/", {"token": issued, "client_id": CLIENT_ID})

    assert answer.status_code == 401
    assert call(f"Bearer {issued}").status_code == 200


def test_revokes_no_token_of_another_system(own_database, people):
    issued = token()
    with databases.as_owner():
        other = clients.add_client(
            Agency.objects.get(code="rowan"), title="Case system", scopes=["referral:read"]
        )
    body = {"token": issued, "client_id": other.client_id, "client_secret": other.client_secret}

    answer = Client().post("/api/v1/revoke/", body)

    assert answer.status_code == 200  # RFC 7009: it does not say whether there was such a token
    assert call(f"Bearer {issued}").status_code == 200


def _suspend_the_agency() -> None:
    founding.suspend(Agency.objects.get(code="merseyside-police"))


def _retire_the_system() -> None:
    leaving.retire(Application.objects.get().membership)


@pytest.mark.parametrize("end", [_suspend_the_agency, _retire_the_system])
def test_refuses_at_once_when_the_agency_or_the_system_ends(own_database, people, end):
    issued = token()
    before = call(f"Bearer {issued}").status_code

    with databases.as_owner():
        end()

    assert before == 200
    assert call(f"Bearer {issued}").status_code == 401
    assert ask().status_code == 401


def test_refuses_a_scope_the_system_was_not_given(own_database, people):
    with databases.as_owner():
        new = clients.add_client(
            Agency.objects.get(code="rowan"), title="Case system", scopes=["service:read"]
        )
    credentials = {"client_id": new.client_id, "client_secret": new.client_secret}
    body = credentials | {"grant_type": "client_credentials"}

    given = Client().post("/api/v1/token/", body | {"scope": "service:read"})
    wanted = Client().post("/api/v1/token/", body | {"scope": "service:read referral:read"})

    assert (given.status_code, wanted.status_code) == (200, 400)


def test_a_browser_session_counts_for_nothing(people):
    browser = Client()
    browser.force_login(people.officer.user)

    request = APIRequestFactory().get("/")
    request.user = people.officer.user

    answer = RequestTransaction(lambda asked: Guarded.as_view()(asked).render())(request)
    assert answer.status_code == 401


def test_records_what_was_issued_and_refused_in_the_right_chain(own_database, people):
    token()
    ask(secret="another")
    call("Bearer nonsense")

    with databases.as_owner(), unit_of_work(Context.migration()):
        written = list(
            AuditEntry.objects.filter(action__in=["issue_token", "use_token"])
            .order_by("at")
            .values_list("agency_id", "action", "decision", "reason", "object_id")
        )
    system = people.records_system
    assert written == [
        (system.agency_id, "issue_token", "allowed", ASKED, str(system.pk)),
        (0, "issue_token", "refused", "invalid_client", str(system.pk)),
        (0, "use_token", "refused", "unknown", ""),
    ]


def test_mounts_no_other_address_of_the_toolkit():
    ours = [pattern for pattern in _patterns(get_resolver()) if "oauth" in pattern[1]]

    assert sorted(path for path, _ in ours) == ["api/v1/revoke/", "api/v1/token/"]


def _patterns(resolver, prefix: str = "") -> list[tuple[str, str]]:
    found = []
    for pattern in resolver.url_patterns:
        path = prefix + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            found += _patterns(pattern, path)
        else:
            found.append((path, pattern.callback.__module__))
    return found


def test_knows_every_scope_the_world_was_given(people):
    assert Application.objects.get().scopes == frozenset(SCOPES)
