"""How the project runs; no business words."""

from spotex.celery import app as celery_app

__all__ = ["celery_app"]
