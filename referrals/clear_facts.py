"""Facts fit to stand in the clear: codes from their lists, and nothing else.

A word that is not on its list is refused, so that no part of a story slips into a column that
previews, counts and backups show.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from directory.ages import AgeBand
from directory.areas import AREAS
from directory.contact import DirectContact
from directory.harm import HarmStrand, Need, RiskBand
from directory.safe_times import SafeWindow, windows_from_json, windows_to_json
from referrals.errors import NotWellFormed

CODES: Final[Mapping[str, Collection[str]]] = {
    "area_code": {"", *AREAS},
    "risk_band": frozenset(RiskBand.values),
    "age_band": frozenset(AgeBand.values),
    "contact": frozenset(DirectContact.values),
}
LISTS: Final[Mapping[str, Collection[str]]] = {
    "harm_strands": frozenset(HarmStrand.values),
    "needs": frozenset(Need.values),
}
_LABEL: Final = re.compile(r"[^\x00-\x1f\x7f]{0,60}")


def check_code(field: str, code: object, codes: Collection[str]) -> None:
    """Refuse what is not on a list.

    :raises NotWellFormed: naming the field, never repeating what was given.
    """
    if not isinstance(code, str) or code not in codes:
        raise NotWellFormed(field, "Choose one of the answers on the list.")


def check_label(field: str, label: str) -> None:
    """Refuse a short text in the clear that is too long or holds control characters."""
    if not _LABEL.fullmatch(label):
        raise NotWellFormed(field, "Give 60 characters or fewer, on one line.")


def checked(facts: Mapping[str, object]) -> dict[str, object]:
    """Clear facts as a row keeps them. Contact is held unless windows say when it is safe.

    ``safe_windows`` may be windows or what a row holds of them already.

    :raises NotWellFormed: for a code that is on no list.
    """
    for name in CODES.keys() & facts.keys():
        check_code(name, facts[name], CODES[name])
    for name in LISTS.keys() & facts.keys():
        for code in _listed(name, facts[name]):
            check_code(name, code, LISTS[name])
    if facts.get("children") not in {None, True, False}:
        raise NotWellFormed("children", "Answer yes, no or not known.")
    windows = _windows(facts.get("safe_windows", ()))
    allowed = facts.get("contact") == DirectContact.ALLOWED and bool(windows)
    contact = DirectContact.ALLOWED if allowed else DirectContact.HELD
    return {**facts, "contact": contact, "safe_windows": windows}


def _windows(given: object) -> list[object]:
    spans = list(_listed("safe_windows", given))
    windows = [span for span in spans if isinstance(span, SafeWindow)]
    try:
        all_are = len(windows) == len(spans)
        return list(windows_to_json(windows if all_are else windows_from_json(spans)))
    except ValueError as error:
        raise NotWellFormed("safe_windows", str(error)) from None


def _listed(name: str, given: object) -> Sequence[object]:
    if not isinstance(given, list | tuple):
        raise NotWellFormed(name, "Give a list.")
    return given
