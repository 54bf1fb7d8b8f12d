"""Documents of a case in the portal."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from referrals import actions as referring
from referrals.attachments.reading import list_attachments
from tests import given
from tests.accounts.signing_in import sign_in
from tests.portal import answers
from tests.referrals.attachments.files import TELLTALE, a_pdf
from visits import actions

PASSED_ON = ["identity", "contact", "needs"]


def at(name, referral, *more):
    return reverse(f"portal:{name}", args=[referral.reference, *more])


def add(browser, referral, content, **changes):
    page = browser.get(at("add_document", referral))
    form = {
        "file": SimpleUploadedFile("Jane Doe letter.pdf", content),
        "title": "Letter from housing",
        "is_shared": "ours",
        "made_from": page.context.get("made_from", ""),
        **changes,
    }
    return browser.post(at("add_document", referral), form)


def test_a_document_is_added_shown_and_given_out_under_a_neutral_name(people, taken):
    browser = sign_in(people.adviser)

    added = add(browser, taken, a_pdf())

    assert added.status_code == 303, added.content.decode()
    shown = browser.get(added.url).content.decode()
    assert "Letter from housing" in shown
    assert "document-1.pdf" in shown
    assert "Not checked for viruses." in shown
    assert "Jane Doe letter" not in shown
    (kept,) = list_attachments(taken.reference, by=people.adviser)
    answer = browser.get(at("document", taken, kept.attachment_id))
    content = b"".join(answer.streaming_content)
    assert content.startswith(b"%PDF-")
    assert TELLTALE.encode() not in content
    assert answer["Content-Disposition"] == 'attachment; filename="document-1.pdf"'
    assert answer["Content-Security-Policy"].startswith("sandbox")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title": ""}, "Say what it is"),
        ({"is_shared": "shared"}, "keep it for your agency"),
        ({"file": SimpleUploadedFile("x.pdf", b"MZ\x90\x00")}, "Attach a PDF"),
        ({"file": ""}, "Choose the file"),
    ],
)
def test_what_cannot_be_kept_is_said_beside_the_field(people, taken, changes, said):
    onward = given.an_onward_referral(taken, people.adviser, "rowan", compartments=["needs"])
    referring.accept(onward.reference, by=people.caseworker)
    browser = sign_in(people.caseworker)

    refused = add(browser, onward, a_pdf(), **changes)

    assert refused.status_code == 200
    assert said in refused.content.decode()
    assert list_attachments(onward.reference, by=people.caseworker) == []
    assert add(browser, onward, a_pdf()).status_code == 303


def test_documents_are_for_whom_the_case_is(people, taken):
    add(sign_in(people.adviser), taken, a_pdf())
    (kept,) = list_attachments(taken.reference, by=people.adviser)
    one = at("document", taken, kept.attachment_id)
    assert sign_in(people.duty_manager).get(one).status_code == 200
    assert sign_in(people.second_adviser).get(one).status_code == 403
    assert sign_in(people.officer).get(one).status_code == 404  # the desk's own
    assert sign_in(people.caseworker).get(one).status_code == 404
    assert sign_in(people.wirral_adviser).get(one).status_code == 404


def test_what_is_too_large_is_refused_before_it_is_read(people, taken):
    browser = sign_in(people.adviser)
    length = str(21 * 1024 * 1024 + 1)
    refused = browser.post(at("add_document", taken), {"title": "x"}, CONTENT_LENGTH=length)
    assert refused.status_code == 413
    note = browser.post(at("add_note", taken), {"text": "x" * (1024 * 1024 + 1)})
    assert note.status_code == 413
    assert add(browser, taken, b"x" * (1024 * 1024 + 1)).status_code == 303


def test_documents_go_on_to_a_service_where_she_agreed_to_it(people):
    officer = sign_in(people.officer)
    drafted = officer.post(reverse("portal:new_referral"), answers.referral())
    reference = re.search(r"PH-[0-9A-Z]{8}", drafted["Location"])[0]
    assert officer.post(reverse("portal:check", args=[reference])).status_code == 303
    taken = actions.take(reference, by=people.adviser)
    shared = add(sign_in(people.adviser), taken, a_pdf(), is_shared="shared")
    assert shared.status_code == 303, shared.content.decode()
    parts = [*PASSED_ON, "attachments"]
    with_them = given.an_onward_referral(taken, people.adviser, "rowan", compartments=parts)
    without = given.an_onward_referral(taken, people.adviser, "linden", compartments=PASSED_ON)
    referring.accept(with_them.reference, by=people.caseworker)
    referring.accept(without.reference, by=people.other_caseworker)

    assert len(list_attachments(with_them.reference, by=people.caseworker)) == 1
    assert list_attachments(without.reference, by=people.other_caseworker) == []
