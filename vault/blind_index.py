"""Blind indexes: search for what is sealed by comparing keyed tags of one canonical spelling.

    tag = HMAC-SHA256(the agency's key for the purpose, LP(part) LP(part) …)[:16]

Each agency has its own keys, so that equal tags never show two agencies to know the same person.
"""

import hashlib
import hmac
import unicodedata
from collections.abc import Sequence
from datetime import date

import phonenumbers

from vault.encoding import length_prefixed

TAG_LENGTH = 16
HOME = "GB"

NameAndBirth = tuple[str, str, str]

# Letters people type without their stroke or ligature, which Unicode does not take apart.
_PLAIN = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ħ": "h", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"}
    | {"\N{LATIN SMALL LETTER DOTLESS I}": "i"}
)
# Apostrophes that Unicode counts as letters.
_APOSTROPHES = str.maketrans("", "", "ʹʺʻʼʽˈ")


def tag(key: bytes, parts: Sequence[str]) -> bytes:
    """The tag of canonical parts under one agency's key for one purpose."""
    return hmac.digest(key, length_prefixed(*parts), hashlib.sha256)[:TAG_LENGTH]


def canonical_name_dob(given: str, family: str, born_on: date) -> NameAndBirth:
    """One spelling of a name and birth date; store it swapped too, search with this one."""
    return _canonical_name(given), _canonical_name(family), born_on.isoformat()


def swapped_name_dob(parts: NameAndBirth) -> NameAndBirth:
    """The same person with given and family name entered the other way round."""
    given, family, born_on = parts
    return family, given, born_on


def canonical_phone(number: str) -> tuple[str] | None:
    """A telephone number in E.164, British unless it says otherwise; None when it is not one."""
    try:
        parsed = phonenumbers.parse(number, HOME)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    return (phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164),)


def canonical_crime_ref(reference: str) -> tuple[str] | None:
    """A crime reference as upper-case letters and digits; None when nothing is left."""
    folded = unicodedata.normalize("NFKC", reference).upper()
    kept = "".join(letter for letter in folded if letter.isascii() and letter.isalnum())
    return (kept,) if kept else None


def _canonical_name(name: str) -> str:
    folded = unicodedata.normalize("NFKC", name).casefold().translate(_APOSTROPHES)
    apart = unicodedata.normalize("NFKD", folded)
    bare = "".join(letter for letter in apart if _belongs_to_a_name(letter))
    return unicodedata.normalize("NFC", bare).translate(_PLAIN)


def _belongs_to_a_name(letter: str) -> bool:
    """Keep letters, digits and the vowel signs of Indic scripts; drop diacritics and all else."""
    return unicodedata.category(letter)[0] in "LNM" and not _is_diacritic(letter)


def _is_diacritic(letter: str) -> bool:
    """Accents (class 200 up) and the optional points of Hebrew, Arabic and Syriac (10 to 36)."""
    position = unicodedata.combining(letter)
    return position >= 200 or 10 <= position <= 36  # noqa: PLR2004 -- Unicode's own numbers
