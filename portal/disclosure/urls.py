"""The addresses of the register. A request has no name but its row."""

from django.urls import path

from accounts.sign_in.step_up import required as fresh
from portal.disclosure import views

urlpatterns = [
    path("", views.Register.as_view(), name="disclosures"),
    path("new/", views.Enter.as_view(), name="enter_disclosure"),
    path("<uuid:row>/", views.LookOver.as_view(), name="disclosure"),
    path("<uuid:row>/second/", fresh(views.Second.as_view()), name="second_disclosure"),
    path("<uuid:row>/give/", fresh(views.GiveOut.as_view()), name="give_out"),
    path("<uuid:row>/refuse/", views.Refuse.as_view(), name="refuse_disclosure"),
]
