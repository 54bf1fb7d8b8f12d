"""People: leaving an agency, or kept out of the house altogether."""

from django.db.models import F
from django.db.models.functions import Now

from accounts.errors import NotDone
from accounts.models import AccessToken, Agency, Membership, User
from audit.recording import record
from tenancy.context import Context
from tenancy.work import unit_of_work


def leave(user: User, agency: Agency) -> None:
    """End somebody's membership: what they may still do comes from their others, if any.

    :raises NotDone: if they are no member.
    """
    with unit_of_work(Context.migration()):
        current = Membership.objects.filter(user=user, agency=agency, ended_at=None)
        if not current.update(ended_at=Now()):
            raise NotDone(f"{user.email} is no member of {agency.name}.")
        _end_sessions(user)
        record("leave", about=("user", user.pk), also=[agency.pk])


def shut_out(user: User) -> None:
    """Stop somebody from signing in, and end every session they have.

    :raises NotDone: if they are shut out already.
    """
    with unit_of_work(Context.migration()):
        if not User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
            raise NotDone(f"{user.email} is shut out already.")
        _end_sessions(user)
        agencies = Membership.objects.filter(user=user).values_list("agency_id", flat=True)
        record("shut_out", about=("user", user.pk), also=list(agencies))


def retire(membership: Membership) -> None:
    """End a system's membership, and every token it holds.

    :raises NotDone: if it has ended already.
    """
    with unit_of_work(Context.migration()):
        current = Membership.objects.filter(pk=membership.pk, user=None, ended_at=None)
        if not current.update(ended_at=Now()):
            raise NotDone("This system has been retired already.")
        AccessToken.objects.filter(application__membership=membership).delete()
        about = ("membership", membership.pk)
        record("retire_client", about=about, also=[membership.agency_id])


def _end_sessions(user: User) -> None:
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
