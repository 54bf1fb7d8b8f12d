"""The contract in git is the code's, and the answers are the contract's."""

import io
import json
import re
from pathlib import Path

import jsonschema
import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import get_resolver

from api import schema
from api.follow_ups.serializers import FollowUpOut
from api.referrals.shown import ReferralOut
from tests.api import systems
from tests.api.systems import body, system_of

COMMITTED = Path(settings.BASE_DIR) / "docs" / "api" / "openapi.yaml"
VERBS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture(scope="module")
def contract():
    return schema.contract()


def operations(contract):
    for path, methods in contract["paths"].items():
        for verb in VERBS & methods.keys():
            yield path, verb, methods[verb]


def test_contract_in_git_is_what_the_code_says():
    made = io.StringIO()

    call_command("spectacular", "--validate", "--fail-on-warn", stdout=made)

    wanted = "make it anew: manage.py spectacular --file docs/api/openapi.yaml"
    assert made.getvalue() == COMMITTED.read_text(), wanted


def test_contract_is_served(people):
    answer = Client().get("/api/v1/schema/", headers={"Accept": "application/json"})

    assert answer.status_code == 200
    assert json.loads(answer.content)["openapi"] == "3.1.0"
    assert json.loads(answer.content)["paths"].keys() == schema.contract()["paths"].keys()


def test_contract_names_every_address_and_no_other(contract):
    mounted = {
        "/" + str(prefix.pattern) + str(inner.pattern)
        for prefix in get_resolver().url_patterns
        if str(prefix.pattern) == "api/v1/"
        for inner in prefix.url_patterns
    }

    typed = {
        "{reference}": "<str:reference>",
        "{import_id}": "<uuid:import_id>",
        "{attachment}": "<uuid:attachment>",
    }
    documented = {
        re.sub(r"\{\w+\}", lambda found: typed[found[0]], path) for path in contract["paths"]
    }
    assert mounted - documented == {"/api/v1/schema/", "/api/v1/docs/"}
    assert documented - mounted == set()


def test_every_operation_has_a_name_of_its_own_and_says_what_it_does(contract):
    names = [operation["operationId"] for *_, operation in operations(contract)]

    assert len(names) == len(set(names)) > 20
    assert [name for *_, one in operations(contract) if not (name := one["summary"])] == []


def test_every_operation_wants_one_scope(contract):
    for path, _, operation in operations(contract):
        wanted = operation["security"]
        if path not in {"/api/v1/token/", "/api/v1/revoke/"}:
            [[scope]] = [list(each.values()) for each in wanted]
            assert len(scope) == 1, path


def test_every_operation_says_how_it_refuses(contract):
    usual = {"400", "401", "403", "406", "500", "503"}
    for path, verb, operation in operations(contract):
        if path in {"/api/v1/token/", "/api/v1/revoke/"}:
            continue
        wanted = usual | ({"409", "415", "422"} if verb == "post" else set())
        wanted |= {"404"} if "{reference}" in path else set()
        assert wanted <= operation["responses"].keys(), path
        for status in wanted:
            kinds = operation["responses"][status]["content"].keys()
            assert list(kinds) == ["application/problem+json"], path


def check(contract, name, answer):
    """An answer against the contract's shape of that name, to the last field."""
    shape = {"$ref": f"#/components/schemas/{name}", "components": contract["components"]}
    jsonschema.Draft202012Validator(shape).validate(answer)


def test_answers_have_the_shapes_the_contract_says(own_database, people, contract):
    records, desk = systems.police(), system_of("liverpool-idva")
    made = records.post("referrals/", body()).json()
    reference = made["reference"]

    check(contract, "ReferralOut", made)
    check(contract, "ReferralPage", desk.get("referrals/").json())
    check(contract, "FollowUpPage", desk.get("follow-ups/").json())
    check(contract, "ServicePage", desk.get("services/").json())
    check(contract, "ReferralOut", desk.post(f"referrals/{reference}/accept/").json())
    check(contract, "CaseOut", desk.get(f"referrals/{reference}/case/").json())
    check(contract, "FollowUpOut", desk.get(f"follow-ups/{reference}/").json())
    check(contract, "ProblemOut", desk.post("referrals/", {"x": 1}).json())
    assert made.keys() == set(ReferralOut().fields)
    assert desk.get(f"follow-ups/{reference}/").json().keys() == set(FollowUpOut().fields)
