"""The closed list of allauth's pages that exist here; a test fails on any other.

Their names are allauth's, because its own code goes from one to the next by name.
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from django.contrib.auth.decorators import login_not_required
from django.urls import path

from accounts.sign_in.step_up import required as fresh
from portal.sign_in.views import Enrol, MakeRecoveryCodes, SignOut

urlpatterns = [
    path("sign-in/", account.login, name="account_login"),
    path("sign-in/code/", mfa.authenticate, name="mfa_authenticate"),
    path("sign-in/again/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("sign-out/", login_not_required(SignOut.as_view()), name="account_logout"),
    path("account/password/", account.password_change, name="account_change_password"),
    path("account/authenticator/", Enrol.as_view(), name="mfa_activate_totp"),
    path(
        "account/recovery-codes/",
        fresh(recovery_codes.view_recovery_codes),
        name="mfa_view_recovery_codes",
    ),
    path(
        "account/recovery-codes/new/",
        fresh(MakeRecoveryCodes.as_view()),
        name="mfa_generate_recovery_codes",
    ),
]
