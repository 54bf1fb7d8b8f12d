"""The addresses of break-glass that are about no one case of the asker's."""

from django.urls import path

from accounts.sign_in.step_up import required as fresh
from portal.glass import views

urlpatterns = [
    path("", views.Glasses.as_view(), name="glasses"),
    path("<uuid:row>/answer/", fresh(views.Answer.as_view()), name="answer_glass"),
    path("<uuid:row>/review/", fresh(views.Review.as_view()), name="review_glass"),
]
