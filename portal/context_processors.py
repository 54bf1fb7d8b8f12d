"""What `portal/base.html` needs on every page."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from accounts.middleware import SESSION_KEY
from accounts.models import Membership
from accounts.roles import Permission
from portal.navigation import navigation_for


def frame(request: HttpRequest) -> dict[str, Any]:
    """Who the person acts as, shown in the header, where that role can go, and for how long."""
    acting: Membership | None = getattr(request, "membership", None)
    links = navigation_for(acting, path=request.path) if acting else []
    chosen = SESSION_KEY in getattr(request, "session", ())
    return {
        "acting": acting,
        "service_navigation": links,
        "is_one_of_several": chosen,
        "may_search": acting is not None and acting.has(Permission.OPEN),
        "idle_minutes": settings.SESSION_IDLE_SECONDS // 60,
    }
