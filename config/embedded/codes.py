"""The six-digit codes of the demonstration's people, for whoever has no authenticator to hand.

This is an authenticator app on the terminal, not part of the product: it reads the secrets of
invented people from the file the demonstration wrote. RFC 6238 with its usual parameters.
"""

import base64
import hmac
import json
import time
from pathlib import Path

from config.embedded.progress import say
from config.embedded.refusal import Refused

PERIOD = 30
DIGITS = 6


def code(secret: str, at: float) -> str:
    """The code that is right at that moment."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8), casefold=True)
    digest = hmac.digest(key, int(at // PERIOD).to_bytes(8, "big"), "sha1")
    offset = digest[-1] & 15
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def print_codes(demonstration: Path, who: str = "") -> None:
    """One line a person whose address has that in it: the code, and how long it holds."""
    if not demonstration.exists():
        raise Refused("There are no invented people yet. `make run` makes them on its first start.")
    now = time.time()
    for account in json.loads(demonstration.read_text())["accounts"]:
        secret = account.get("totp_secret")
        if secret and who in account["email"]:
            say(f"  {code(secret, now)}  {account['email']}")
    say(f"Good for another {PERIOD - int(now % PERIOD)} seconds.")
