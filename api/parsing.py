"""JSON, strictly: one meaning or none. What two readers could read differently is refused."""

import json
import re
from collections.abc import Mapping
from typing import IO, Any, Final

from rest_framework.exceptions import APIException, UnsupportedMediaType
from rest_framework.parsers import BaseParser
from rest_framework.utils.mediatypes import _MediaType

DEEPEST: Final = 20
MOST_NAMES: Final = 1_000  # of all objects together; the longest referral has fewer than 400
MOST_SIGNS: Final = 5_000  # brackets, commas, colons and texts, likewise
LONGEST_NUMBER: Final = 18  # digits; any of them fits 64 bits
_SIGN: Final = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{},:]', re.DOTALL)
"""A text, closed or broken off, or a sign between texts. It matches at every quotation mark and
gives nothing back (``++``), so that no text, however made, is gone through twice."""
_DEPTH: Final = {"[": 1, "{": 1, "]": -1, "}": -1}
_HALF_SIGN: Final = re.compile(r"\\u[dD][89abAB]|\\u[dD][c-fC-F]")


class NotJson(APIException):
    """The body is not JSON that means one thing."""

    status_code = 400

    def __init__(self, why: str) -> None:
        super().__init__(f"The body is not JSON that can be read in one way: {why}.")


class StrictJSONParser(BaseParser):
    """UTF-8, no name twice, no number JSON does not have, not too deep and not too much."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """The body, read.

        :raises UnsupportedMediaType: for another charset, or a compressed body.
        :raises NotJson: for anything else that is wrong with it.
        """
        refuse_encodings(media_type or self.media_type, parser_context or {})
        return read(stream.read())


def read(body: bytes) -> Any:
    """JSON text as Python values.

    :raises NotJson: saying what is wrong and, where the text breaks off, at which line.
    """
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise NotJson("it is not UTF-8") from None
    _refuse_crowds(text)
    try:
        value = json.loads(
            text,
            object_pairs_hook=_once_each,
            parse_constant=_no_such_number,
            parse_int=_whole,
            parse_float=_broken,
        )
    except json.JSONDecodeError as error:
        raise NotJson(f"{error.msg}, line {error.lineno}, column {error.colno}") from None
    if _HALF_SIGN.search(text):
        _refuse_half_signs(value)
    return value


def refuse_encodings(media_type: str, context: Mapping[str, Any]) -> None:
    """Refuse what is not plain UTF-8.

    :raises UnsupportedMediaType: for another charset, or a compressed body.
    """
    charset = _MediaType(media_type).params.get("charset", "utf-8")
    request = context.get("request")
    coding = request.headers.get("Content-Encoding", "identity") if request else "identity"
    if charset.strip('"').lower() not in {"utf-8", "utf8"} or coding.lower() != "identity":
        raise UnsupportedMediaType(media_type)


def _refuse_crowds(text: str) -> None:
    """Refuse what is too deep or too much, in one pass that ends at the first sign too many."""
    depth = names = 0
    for number, found in enumerate(_SIGN.finditer(text), start=1):
        sign = text[found.start()]
        depth += _DEPTH.get(sign, 0)
        names += sign == ":"
        if depth > DEEPEST:
            raise NotJson(f"it is nested more than {DEEPEST} levels deep")
        if names > MOST_NAMES or number > MOST_SIGNS:
            raise NotJson(f"it holds more than {MOST_NAMES} names or {MOST_SIGNS} signs")


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise NotJson(f"the name {json.dumps(name[:60])} is given twice in one object")
        found[name] = value
    return found


def _no_such_number(name: str) -> Any:
    raise NotJson(f"{name} is no number of JSON")


def _whole(digits: str) -> int:
    if len(digits.lstrip("-")) > LONGEST_NUMBER:
        raise NotJson("a number is too long")
    return int(digits)


def _broken(digits: str) -> float:
    number = float(digits)
    if number in {float("inf"), float("-inf")}:
        raise NotJson("a number is too large")
    return number


def _refuse_half_signs(value: Any) -> None:
    """Refuse halves of characters that no encoding has (a lone surrogate, escaped)."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise NotJson("it holds half a character") from None
