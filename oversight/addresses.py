"""Where checkpoints may be sent: judged when a holder is added, and again at every sending."""

from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from notices.webhooks import AddressRefused, resolve
from oversight.errors import NotHeld
from oversight.models import HolderKind


def judge(kind: str, address: str) -> None:
    """Whether a holder could be reached there.

    :raises NotHeld: saying why not.
    """
    if kind == HolderKind.EMAIL:
        _judge_mailbox(address)
    elif kind == HolderKind.FILE:
        _judge_path(address)
    else:
        _judge_webhook(address)


def _judge_webhook(address: str) -> None:
    try:
        resolve(address)
    except AddressRefused as refused:
        raise NotHeld(str(refused)) from refused


def _judge_mailbox(address: str) -> None:
    try:
        validate_email(address)
    except ValidationError:
        raise NotHeld(f"{address} is not an e-mail address.") from None


def _judge_path(address: str) -> None:
    path = Path(address)
    if not path.is_absolute() or ".." in path.parts:
        raise NotHeld("A file is named by its whole path, from / on.")
    if path.resolve().is_relative_to(Path(settings.BASE_DIR).resolve()):
        raise NotHeld("A file inside the house would not be held by anybody else.")
