"""OAuth's addresses. The toolkit has more; a test fails if one of them appears."""

from django.urls import path

from api.oauth.views import IssueToken, RevokeToken

urlpatterns = [
    path("token/", IssueToken.as_view(), name="issue_token"),
    path("revoke/", RevokeToken.as_view(), name="revoke_token"),
]
