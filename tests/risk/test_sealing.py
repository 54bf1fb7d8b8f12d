"""What an assessment tells is in no table in the clear, in no guise."""

import json
from uuid import uuid4

from risk import actions
from risk.reading import open_assessment
from tests import databases, given
from tests.canary.searching import found_in_tables, guises_of
from tests.risk.harbour import SOME, an_assessment
from tests.risk.tools import trial


def test_answers_sources_reasons_and_words_are_nowhere_in_the_clear(own_database, people):
    word = f"canary{uuid4().hex}"
    telling = ['"breath_stopped": "yes"', "afraid_to_say", '"breath_stopped": "earlier"', word]
    guises = guises_of(each.encode() for each in telling)
    taken = given.a_taken_referral(people.officer, people.adviser)
    new = an_assessment(
        SOME,
        sources={"breath_stopped": "earlier"},
        grade="high",
        reasons=["afraid_to_say"],
        words=word,
    )

    actions.assess(taken.reference, new, by=people.adviser)

    url = databases.owner_url_of(own_database)
    assert found_in_tables(url, guises) == []
    opened = open_assessment(taken.reference, 1, by=people.adviser)
    assert (opened.words, opened.reasons, opened.result.score) == (word, ("afraid_to_say",), 15)
    with databases.as_owner():  # the control: the same word in the clear is found
        actions.load(json.dumps(trial(name=word)))
    assert found_in_tables(url, guises)
