"""What an integrator has at the end of an afternoon: three systems and a webhook, with `requests`,
`standardwebhooks` and the guide. Nothing of the house is imported into what they do."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import requests
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from events import hooking
from tests.events.conftest import a_system, sweep
from tests.live import site
from tests.oversight.receiver import receiving
from tests.world import CLIENT_ID, CLIENT_SECRET

__all__ = ["site"]


class Outside:
    """A few lines that anybody would write after the guide's first four sections."""

    def __init__(self, site, client_id, secret, scope):
        form = {"grant_type": "client_credentials", "scope": scope}
        given = requests.post(
            f"{site}/api/v1/token/", form, auth=(client_id, secret), timeout=15
        ).json()
        self.root = f"{site}/api/v1/"
        self.headers = {"Authorization": f"Bearer {given['access_token']}"}

    def get(self, path):
        answer = requests.get(self.root + path, headers=self.headers, timeout=15)
        answer.raise_for_status()
        return answer.json()

    def post(self, path, said=None, *, key):
        headers = {**self.headers, "Idempotency-Key": key}
        answer = requests.post(self.root + path, json=said or {}, headers=headers, timeout=15)
        answer.raise_for_status()
        return answer.json()


AGREED = {"answer": "given", "method": "in_person", "wording_version": "2026-1"}


def after_a_visit():
    return {
        "visit_ended_at": (datetime.now(UTC) - timedelta(hours=1)).isoformat(),
        "postcode": "L3 1BY",
        "harm_strands": ["domestic_abuse"],
        "risk_band": "high",
        "consent": AGREED,
        "case": {"identity": {"family_name": "Nyström"}, "needs": {"wanted": "Counselling"}},
    }


def counselling_of(idva, agency):
    found = idva.get("services/?need=counselling")["results"]
    return next(each["id"] for each in found if each["agency"] == agency)


@pytest.fixture
def systems(site, people):
    idva, service = a_system("liverpool-idva"), a_system("rowan")
    scope = "referral:read referral:create referral:decide case:read service:read"
    return (
        Outside(site, CLIENT_ID, CLIENT_SECRET, "referral:create referral:read"),
        Outside(site, idva.client_id, idva.client_secret, scope),
        Outside(site, service.client_id, service.client_secret, "referral:decide case:read"),
        idva.membership,
    )


def test_police_idva_service_and_back_by_webhook(people, systems, settings):
    settings.WEBHOOKS_ANYWHERE = True
    police, idva, service, listening = systems
    with receiving() as receiver:
        hook = hooking.add_hook(listening, address=receiver.url, by=people.administrator)

        sent = police.post("referrals/", after_a_visit(), key="visit-4711")
        taken = idva.post(f"referrals/{sent['reference']}/accept/", key="take-4711")
        onward = idva.post(
            f"referrals/{taken['reference']}/refer-on/",
            {
                "service": counselling_of(idva, "rowan"),
                "needs": ["counselling"],
                "consent": {**AGREED, "compartments": ["identity", "needs"]},
            },
            key="onward-4711",
        )
        service.post(f"referrals/{onward['reference']}/accept/", key="accept-4711")
        opened = service.get(f"referrals/{onward['reference']}/case/")["records"]
        sweep()

        told = [
            Webhook(hook.shared).verify(body, headers)
            for (_, body), headers in zip(receiver.got, receiver.heads, strict=True)
        ]
        with pytest.raises(WebhookVerificationError):
            Webhook(hook.shared).verify(receiver.got[0][1] + b" ", receiver.heads[0])

    assert {record["compartment"] for record in opened} == {"identity", "needs"}
    assert ("referral.accepted", onward["reference"]) in [
        (each["type"], each["reference"]) for each in told
    ]
    assert all(each.keys() == {"id", "type", "reference", "occurred_at"} for each in told)
    assert "Nyström" not in json.dumps(told)
    assert idva.get(f"referrals/{onward['reference']}/")["status"] == "accepted"
