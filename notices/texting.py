"""Texting: one neutral message to the telephone of a member of staff who agreed to it.

For what cannot wait, for what wakes managers, and where letters do not go. The text says nothing,
as the letter says nothing. What cannot be texted goes by letter at once.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Final

from django.conf import settings

from accounts.models import Membership
from notices import quiet
from notices.models import AlarmNumber, Channel, Notice, Text
from notices.posting import Message, Place, Post, Round, post, recipients
from notices.texters import TEXTERS, Texter, TextRefused

WORDS: Final = "New task in your work system. Sign in to see it."


def text_due(*, at: datetime) -> Round:
    """Send a bite of the texts that are due."""
    return post(BY_TEXT, Text.objects.unsent(), at)


@cache
def texter(name: str) -> Texter:
    """What texts are handed to."""
    return TEXTERS[name]()


def _places(members: Collection[int]) -> dict[int, Place]:
    current = Membership.objects.current().filter(pk__in=members)
    agreed = AlarmNumber.objects.filter(membership__in=current, agreed_at__isnull=False)
    return {
        pk: Place(user, number)
        for pk, user, number in agreed.values_list("pk", "membership__user_id", "number")
    }


def _hand_over(message: Message) -> None:
    texter(settings.SMS_BACKEND).send(message.to.address, WORDS, reference=str(message.owed[0].pk))


def _forget(texts: Sequence[Text], _at: datetime) -> None:
    """Whoever owed these could not know that the person has no number, or does not want texts."""
    Text.objects.filter(pk__in=[text.pk for text in texts]).delete()


def _write_instead(messages: Sequence[Message], at: datetime) -> None:
    """Lift the quiet after the last letter: what could not be texted is written at once."""
    people = {message.to.user_id for message in messages}
    quiet.keep(Channel.LETTER, people, until=at)
    members = recipients(row for message in messages for row in message.owed)
    waiting = Notice.objects.unsent().filter(recipient__in=members, attempts=0)
    waiting.filter(available_at__gt=at).update(available_at=at)


BY_TEXT: Final = Post(
    channel=Channel.TEXT,
    every=Text.objects.all,
    unsent=Text.objects.unsent,
    places=_places,
    hand_over=_hand_over,
    refusals=(TextRefused,),
    unreachable=_forget,
    failed=_write_instead,
)
