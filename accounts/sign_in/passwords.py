"""What a password may not be, beyond what Django refuses: endless, or made of the obvious."""

from typing import Any, Final

from django.core.exceptions import ValidationError

from accounts.models import Agency

LONGEST: Final = 128
LEAST_DIFFERENT: Final = 6  # characters that must be left once the obvious is taken out
OBVIOUS: Final = (
    *("password", "passphrase", "passwort", "welcome", "letmein", "qwerty", "changeme", "secret"),
    *("pierhead", "referral", "police", "constabulary", "service", "support", "council", "idva"),
    *("liverpool", "wirral", "sefton", "knowsley", "helens", "halton", "merseyside", "cheshire"),
    *("everton", "victim", "survivor", "agency", "administrator", "abcdefghij"),
    *("1234567890"[:count] for count in range(3, 11)),
    *("0987654321"[-count:] for count in range(3, 11)),
)


class NotEndless:
    """At most 128 characters: enough for any sentence, too few to keep a server busy."""

    def validate(self, password: str, user: Any = None) -> None:
        """Refuse what is longer.

        :raises ValidationError: with what is allowed.
        """
        if len(password) > LONGEST:
            raise ValidationError(self.get_help_text())

    def get_help_text(self) -> str:
        """What is allowed."""
        return f"Use at most {LONGEST} characters."


class NotObvious:
    """Not just words of this house, of the agencies, or of the person, with a few digits."""

    def validate(self, password: str, user: Any = None) -> None:
        """Take the obvious out, and refuse when hardly anything is left.

        :raises ValidationError: with what to do instead.
        """
        left = password.lower()
        for word in sorted({*OBVIOUS, *_names(user)}, key=len, reverse=True):
            left = left.replace(word, "")
        if len(set(left)) < LEAST_DIFFERENT:
            raise ValidationError(self.get_help_text())

    def get_help_text(self) -> str:
        """What to do."""
        return "Use several words that do not belong together and say nothing about you or work."


def _names(user: Any) -> set[str]:
    """Words of the agencies' names and of the person's name and address."""
    said = [*Agency.objects.values_list("name", flat=True)]
    said += [getattr(user, "name", ""), getattr(user, "email", "")]
    words = " ".join(said).lower().replace("@", " ").replace(".", " ").replace("-", " ").split()
    return {word for word in words if len(word) > 3}  # noqa: PLR2004 -- "of", "the", "org"
