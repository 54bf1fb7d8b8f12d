"""The addresses of looking for a case, and of going on after having looked at many."""

from django.urls import path

from portal.search import views

urlpatterns = [
    path("", views.Search.as_view(), name="search"),
    path("go-on/", views.GoOn.as_view(), name="go_on"),
]
