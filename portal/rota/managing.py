"""Pages of whoever looks after a team that visits: its rota, its numbers, its clocks."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from accounts.roles import Permission
from portal.pages import MemberView
from rota.policy import may_manage


class ManagerMixin(MemberView):
    """A page for managers of an agency that visits."""

    needs = Permission.VISIT

    def answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Not theirs is said before anything is read or filled in."""
        if not may_manage(self.member):
            raise PermissionDenied
        return super().answer(request, *args, **kwargs)
