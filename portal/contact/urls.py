"""The addresses of safe contact. A channel is a code, and says nothing about anybody."""

from django.urls import path

from portal.contact import calling, giving, views

urlpatterns = [
    path("cases/<reference:reference>/reach/", views.HowToReach.as_view(), name="how_to_reach"),
    path("cases/<reference:reference>/call/", calling.AboutToCall.as_view(), name="about_to_call"),
    path(
        "cases/<reference:reference>/reach/release/",
        views.ReleaseHold.as_view(),
        name="release_hold",
    ),
    path("cases/<reference:reference>/reach/given/", giving.TakeUp.as_view(), name="take_up"),
    path(
        "cases/<reference:reference>/reach/<slug:channel>/",
        views.AgreeWay.as_view(),
        name="agree_way",
    ),
    path(
        "cases/<reference:reference>/reach/<slug:channel>/confirm/",
        views.ConfirmWay.as_view(),
        name="confirm_way",
    ),
    path(
        "referrals/<reference:reference>/contact/",
        giving.GiveContact.as_view(),
        name="give_contact",
    ),
]
