"""The gallery of components: every part of the pages with sample values."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Final

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils import timezone

from portals.shared.access import portal_view
from portals.shared.forms import PortalForm, posted
from portals.shared.htmx import render_page
from portals.shared.requests import PortalRequest
from portals.templatetags.state_looks import STATES
from spotex.kernel.errors import Missing

_STEPS: Final = (
    {"label": "Files", "state": "DONE", "seconds": 1.2, "log": "4,312 files linked"},
    {"label": "Database", "state": "DONE", "seconds": 0.4, "log": ""},
    {"label": "WordPress", "state": "RUNNING", "seconds": None, "log": ""},
    {"label": "Health check", "state": "PENDING", "seconds": None, "log": ""},
)
_ROWS: Final = (
    {"name": "Trattoria da Gino", "customer": "Gino Srl", "size": "1,2 GB", "state": "ACTIVE"},
    {"name": "Bianchi Arredi", "customer": "Bianchi Snc", "size": "640 MB", "state": "DEPLOYING"},
    {"name": "Cantina Monteforte", "customer": "Monteforte", "size": "2,8 GB", "state": "ERROR"},
)
_ERROR: Final = {
    "code": "disk_full",
    "cause": "The disk of the server is full.",
    "remedy": "Free some space, then try again.",
    "who": "Support",
    "retry_safe": True,
}


class SampleForm(PortalForm):
    """One field of every kind."""

    name = forms.CharField(label="Text", help_text="As it should appear on invoices.")
    email = forms.EmailField(label="E-mail")
    password = forms.CharField(label="Password", widget=forms.PasswordInput)
    language = forms.ChoiceField(label="Choice", choices=settings.LANGUAGES)
    kind = forms.ChoiceField(
        label="One of several",
        choices=[("a", "First"), ("b", "Second")],
        widget=forms.RadioSelect,
    )
    color = forms.CharField(label="Colour", widget=forms.TextInput(attrs={"type": "color"}))
    notes = forms.CharField(label="Long text", widget=forms.Textarea, required=False)
    agreed = forms.BooleanField(label="A box to tick")


@portal_view(public=True, methods=("GET", "HEAD", "POST"))
def show_gallery(request: PortalRequest) -> HttpResponse:
    """Show all components; not in production."""
    if settings.PRODUCTION:
        raise Missing("There is nothing at this address.")
    form = SampleForm(posted(request), initial={"color": "#e11d48", "kind": "a"})
    return render_page(
        request,
        "portals/shared/gallery.html",
        {
            "form": form,
            "other": SampleForm(auto_id="other_%s"),
            "choices": settings.LANGUAGES,
            "states": list(STATES),
            "rows": [SimpleNamespace(**row) for row in _ROWS],
            "steps": _STEPS,
            "error": _ERROR,
            "crumbs": [{"label": "Customers", "url": "#"}, {"label": "Trattoria da Gino"}],
            "page": Paginator(range(60), 25).page(2),
            "now": timezone.now(),
        },
        status=422 if form.is_bound and not form.is_valid() else 200,
    )
