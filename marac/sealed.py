"""The MARAC's words: sealed with what is known of the risk, each under the row it belongs to."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID, uuid5

from referrals.compartments import Compartment, cleaned_note
from referrals.keeping import Record, Writing, sealed_document
from referrals.models import RecordKind

PART: Final = Compartment.RISK
JUDGEMENT, SAFE_PEOPLE, UNSAFE_PEOPLE = "marac_judgement", "marac_safe", "marac_unsafe"
RESULT, ACTION = "marac_result", "marac_action"
LABELS: Final = {
    JUDGEMENT: "Why, in the referrer’s judgement",
    SAFE_PEOPLE: "Who is safe to talk to",
    UNSAFE_PEOPLE: "Who is not safe to talk to",
    RESULT: "Result",
    ACTION: "Action",
}


def seal_words(writing: Writing, owner: UUID, code: str, text: str) -> None:
    """Keep words with the case, under the row they belong to. Nothing said, nothing kept.

    :raises NotWellFormed: for words that cannot be kept.
    :raises PermissionDenied: if the agency was not given what is known of the risk.
    """
    if words := cleaned_note(text):
        record: dict[str, object] = {
            "kind": RecordKind.NOTE,
            "code": code,
            "record_id": uuid5(owner, code),
        }
        sealed_document(writing, PART, words, **record).save()


def words_of(records: Iterable[Record], owner: UUID, code: str) -> str:
    """What was said under a row; empty if nothing was, or the agency cannot open it."""
    wanted = uuid5(owner, code)
    found = (record for record in records if record.record_id == wanted)
    return next((record.document.get("text", "") for record in found), "")
