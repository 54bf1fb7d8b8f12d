"""The lists of codes: whatever a system may send is on one of them, with words."""

import pytest
from django.urls import get_resolver
from rest_framework import serializers

from api.codes.views import LISTS
from api.operations import Operation
from tests.api import systems
from tests.api.systems import problem

KNOWN = [{str(code) for code, _ in codes} for codes in LISTS.values()]
DAYS = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"}


def operations():
    for pattern in get_resolver("api.urls").url_patterns:
        for operation in getattr(pattern.callback.cls, "operations", {}).values():
            if isinstance(operation, Operation):
                yield operation


def choices_in(field, at):
    """Every field of a shape that takes codes, and where it stands."""
    if isinstance(field, serializers.BaseSerializer) and hasattr(field, "fields"):
        for name, inner in field.fields.items():
            yield from choices_in(inner, f"{at}/{name}")
    elif hasattr(field, "child"):
        yield from choices_in(field.child, at)
    elif isinstance(field, serializers.ChoiceField):
        yield at, {str(code) for code in field.choices} - {""}


TAKEN = dict(
    found for operation in operations() for found in choices_in(operation.takes(), operation.name)
)


@pytest.mark.parametrize("where", TAKEN)
def test_what_may_be_sent_is_on_a_list(where):
    codes = TAKEN[where]

    assert codes == DAYS or any(codes <= known for known in KNOWN)


def test_a_system_reads_every_list_with_its_words(police):
    answer = police.get("codes/")

    lists = {each["name"]: each["codes"] for each in answer.json()["lists"]}
    assert {*lists} == {*LISTS}
    assert {"code": "high", "words": "High"} in lists["risk_band"]
    assert all(each["code"] and each["words"] for codes in lists.values() for each in codes)


def test_without_the_scope_there_is_no_list(people):
    assert problem(systems.police("referral:read").get("codes/"))[0] == 403
    assert systems.police("service:read").get("codes/").status_code == 200
