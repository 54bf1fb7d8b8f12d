"""Where everybody begins."""

from django.urls import path

from portal.home import views

urlpatterns = [
    path("", views.Home.as_view(), name="home"),
    path("still-here/", views.StillHere.as_view(), name="still_here"),
    path("choose/", views.Choose.as_view(), name="choose"),
]
