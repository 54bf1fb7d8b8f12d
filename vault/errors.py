"""What the vault says when it will not. Sealed values are refused in one way, for every reason."""

import logging

from django.core.exceptions import ImproperlyConfigured

logger = logging.getLogger("vault")


class CannotOpen(Exception):
    """A sealed value did not open, or a signature did not hold. Why would help an attacker."""

    def __init__(self) -> None:
        super().__init__("This cannot be opened.")


class KeyMissing(LookupError):
    """There is no key to seal with: the agency's keys were never made."""


class KeyServiceAway(Exception):
    """The service that holds the root does not answer. What was opened lately still serves."""

    def __init__(self) -> None:
        super().__init__("Keys cannot be opened for the moment.")


class KeyRefused(KeyServiceAway):
    """The key service will not: whoever asks may not have it, or has had enough.

    Like its being away, this undoes what was begun: a refusal must never pass for a seal that does
    not open, or whoever withdraws would take the others' keys along.
    """


class RootKeyRefused(ImproperlyConfigured):
    """The root key file is not one to trust. The sentence names file and fault, not contents."""


def refused(what: str) -> CannotOpen:
    """Log one line that names the kind of value and nothing of it; raise what this returns."""
    logger.warning("A sealed %s was refused", what)
    return CannotOpen()


def away(why: str) -> KeyServiceAway:
    """Log one line that says how the key service failed; raise what this returns."""
    logger.warning("The key service did not answer: %s", why)
    return KeyServiceAway()
