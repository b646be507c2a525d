"""The peer of memory: Django and REST framework as a new project has them, with one list."""

from __future__ import annotations

import os
from typing import Any, ClassVar

import environ
from django.conf import settings

_database = environ.Env.db_url_config(
    os.environ["PEER_DATABASE"].replace("postgresql+asyncpg", "postgres"),
)
settings.configure(
    SECRET_KEY=os.environ["PEER_SECRET"],
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    DATABASES={
        "default": {
            **_database,
            "CONN_MAX_AGE": 600,
            "OPTIONS": {"options": f"-c search_path={os.environ['PEER_SCHEMA']},public"},
        },
    },
    INSTALLED_APPS=[
        "django.contrib.admin",
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        "django.contrib.staticfiles",
        "rest_framework",
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
    STATIC_URL="static/",
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    REST_FRAMEWORK={"DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"]},
)

from django.core.wsgi import get_wsgi_application  # noqa: E402  settings come first

application = get_wsgi_application()

from django.db import models  # noqa: E402
from django.urls import path  # noqa: E402
from rest_framework import generics, pagination, serializers  # noqa: E402


class Customer(models.Model):
    """A company that the agency serves."""

    public_id = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    email = models.EmailField()
    state = models.CharField(max_length=20)
    created_at = models.DateTimeField()
    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        app_label = "auth"  # any: the table is there
        db_table = "customers_customer"
        managed = False

    def __str__(self) -> str:
        return self.name


class CustomerSerializer(serializers.ModelSerializer[Customer]):
    """A customer."""

    class Meta:
        model = Customer
        fields: ClassVar = ["public_id", "name", "email", "state", "created_at"]


class Pages(pagination.PageNumberPagination):
    """Pages of 25."""

    page_size = 25


class CustomerList(generics.ListAPIView[Any]):
    """Customers by name."""

    queryset = Customer.objects.order_by("name", "pk")
    serializer_class = CustomerSerializer
    pagination_class = Pages


urlpatterns = [path("customers", CustomerList.as_view())]
