"""What was let go or erased answers like what never was, at either door."""

import io
import json

import pytest
from django.core.management import call_command

from retention import actions
from tests import databases
from tests.accounts.signing_in import sign_in
from tests.api import systems
from tests.portal.test_safety import masked
from tests.referrals.conftest import as_owner, found_faults
from tests.retention.conftest import house, old, own_reference  # noqa: F401 -- fixtures
from tests.retention.test_disposing import ask, let_go

PAGES = ("/cases/{}/", "/inbox/{}/", "/sent/{}/")
ABSENT = "PH-22222222"


@pytest.fixture
def erased(house, old):  # noqa: F811 -- pytest's way
    """Her case, once both agencies have let it go; and before, that its page is there."""
    before = sign_in(house.duty_manager).get(PAGES[0].format(old.reference))
    assert before.status_code == 200
    let_go(house, old)
    asked = ask(house, old, by=house.supervisor)
    as_owner("UPDATE accounts_membership SET role = 'supervisor' WHERE id = %s", house.colleague.pk)
    assert actions.answer_disposal(asked.pk, by=house.colleague, yes=True).was_last
    return old.reference


@pytest.mark.parametrize("page", PAGES)
def test_page_of_an_erased_case_is_that_of_one_that_never_was(house, erased, page):  # noqa: F811
    for member in (house.duty_manager, house.officer):
        browser = sign_in(member)
        gone, absent = browser.get(page.format(erased)), browser.get(page.format(ABSENT))

        assert gone.status_code == absent.status_code
        assert gone.status_code == (403 if "inbox" in page and member == house.officer else 404)
        assert masked(gone).replace(erased, ABSENT) == masked(absent)


def test_system_is_told_the_same_of_an_erased_case_as_of_none(house, old):  # noqa: F811
    police = systems.police()
    assert police.get(f"referrals/{old.reference}/").status_code == 200
    let_go(house, old)
    asked = ask(house, old, by=house.supervisor)
    as_owner("UPDATE accounts_membership SET role = 'supervisor' WHERE id = %s", house.colleague.pk)
    actions.answer_disposal(asked.pk, by=house.colleague, yes=True)

    gone, absent = (police.get(f"referrals/{each}/") for each in (old.reference, ABSENT))

    assert (gone.status_code, absent.status_code) == (404, 404)
    assert without_the_request(gone, old.reference) == without_the_request(absent, ABSENT)


def without_the_request(answer, reference):
    """A problem but for what names the request that met it."""
    said = json.loads(answer.content.decode().replace(reference, ABSENT))
    return {key: value for key, value in said.items() if "request" not in key}


def test_evidence_and_cases_hold_without_what_was_erased(house, erased):  # noqa: F811
    with databases.as_owner():
        call_command("audit", "verify", stdout=io.StringIO())
        call_command("fsck_cases", stdout=io.StringIO())
    assert found_faults() == []
