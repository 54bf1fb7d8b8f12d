"""The journey's first steps over JSON."""

import uuid

import pytest
from django.test import Client
from rest_framework.test import APIClient

from tests import given
from tests.world import CLIENT_ID, CLIENT_SECRET

BODY = {
    "visit_ended_at": None,
    "area_code": "E08000012",
    "harm_strands": ["domestic_abuse"],
    "risk_band": "high",
    "consent": {"answer": "given", "method": "in_person", "wording_version": "2026-1"},
    "contact": {
        "direct": "allowed",
        "safe_windows": [{"day": "mon", "from": "09:00", "to": "12:00"}],
    },
    "case": given.DOCUMENTS,
}


@pytest.fixture
def api(people):
    client = APIClient()
    answer = Client().post(
        "/api/v1/token/",
        {
            "grant_type": "client_credentials",
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "scope": "referral:create referral:read case:read",
        },
    )
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {answer.json()['access_token']}")
    return client


def test_post_makes_and_sends(api):
    body = {**BODY, "visit_ended_at": "2026-11-21T10:00:00Z"}
    answer = api.post(
        "/api/v1/referrals/", body, format="json", headers={"Idempotency-Key": uuid.uuid4().hex}
    )

    assert answer.status_code == 201, answer.content
    assert answer.json()["status"] == "sent"
