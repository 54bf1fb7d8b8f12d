"""Who may keep whose rota. Pure: it decides from what it is given and reads nothing."""

from accounts.models import Membership
from accounts.roles import Permission


def may_manage(by: Membership) -> bool:
    """Whether the rota of an agency that visits is theirs to keep."""
    return by.has(Permission.VISIT) and by.has(Permission.MANAGE)


def may_keep(by: Membership, person_id: int, *, own: bool = False) -> bool:
    """Whether they may change this colleague's rota; ``own`` is for what everybody does for
    themselves."""
    is_own = own and by.has(Permission.VISIT) and by.pk == person_id
    return is_own or may_manage(by)
