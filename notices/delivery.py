"""Delivery: one neutral letter to each person who is owed something.

What happened is on the screen, behind the sign-in; the letter says only that there is something.
A worker killed between sending and settling sends again (SMTP has no way to ask), so a letter
carries a Message-ID made of its first notice's id, by which mail systems know the copy.
"""

import smtplib
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Final

from django.conf import settings
from django.core.mail import EmailMessage

from accounts.models import Membership
from notices.claiming import Parking, park
from notices.clock import database_now
from notices.models import Channel, Notice, Text
from notices.posting import Message, Place, Post, Round, post
from tenancy.context import Context
from tenancy.work import unit_of_work

SUBJECT: Final = "New task in your work system"
BODY: Final = "Sign in to see it."
FALLS_BACK_AFTER: Final = timedelta(minutes=2)
"""So long a letter may fail to go before its person is texted instead."""


def deliver(notice_ids: Collection[str]) -> int:
    """Deliver these notices unless somebody does or did; how many were settled."""
    with unit_of_work(Context.system()):
        at = database_now()
    return post(BY_LETTER, Notice.objects.unsent().filter(pk__in=notice_ids), at).settled


def deliver_due(*, at: datetime) -> Round:
    """Deliver a bite of what is due."""
    return post(BY_LETTER, Notice.objects.unsent(), at)


def _places(recipients: Collection[int]) -> dict[int, Place]:
    members = Membership.objects.current().filter(pk__in=recipients).exclude(user=None)
    return {
        pk: Place(user, email)
        for pk, user, email in members.values_list("pk", "user_id", "user__email")
    }


def _hand_over(message: Message) -> None:
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    headers = {
        "Message-ID": f"<{message.owed[0].pk}@{domain}>",
        "Auto-Submitted": "auto-generated",
    }
    EmailMessage(SUBJECT, BODY, to=[message.to.address], headers=headers).send()


def _park(notices: Sequence[Notice], at: datetime) -> None:
    """What is owed to people who have left is looked at by a person."""
    for notice in notices:
        park(notice, at=at, why=Parking.LEFT)


def _text_instead(messages: Sequence[Message], at: datetime) -> None:
    """While letters do not go, people who agreed to it are texted about what has waited."""
    late = [each.owed[0] for each in messages if each.owed[0].created_at < at - FALLS_BACK_AFTER]
    texts = [
        Text(
            recipient_id=notice.recipient_id,
            agency_id=notice.agency_id,
            is_urgent=False,
            dedupe=f"{notice.pk}:instead",
            available_at=at,
        )
        for notice in late
    ]
    Text.objects.bulk_create(texts, ignore_conflicts=True)


BY_LETTER: Final = Post(
    channel=Channel.LETTER,
    every=Notice.objects.all,
    unsent=Notice.objects.unsent,
    places=_places,
    hand_over=_hand_over,
    refusals=(smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError),
    unreachable=_park,
    failed=_text_instead,
)
