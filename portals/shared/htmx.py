"""One view for a page and its fragments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect

from portals.shared.requests import PortalRequest

Response = TypeVar("Response", bound=HttpResponse)


def render_page(
    request: PortalRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    partials: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the page, or the fragment that htmx asks for.

    Args:
        request: the request.
        template: path of the page.
        context: its values.
        partials: id of the element that htmx targets → name of the partial in the template.
        status: 422 for an invalid form, 409 for a stale one.
    """
    target = request.htmx.target if request.htmx else None
    partial = (partials or {}).get(target or "")
    name = f"{template}#{partial}" if partial else template
    response = render(request, name, dict(context or {}), status=status)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def toast(request: PortalRequest, text: str, *, tone: str = "ok") -> None:
    """Show a short message on the next page that the person sees."""
    level = {"ok": messages.SUCCESS, "error": messages.ERROR}.get(tone, messages.INFO)
    messages.add_message(request, level, text)


def toast_with_undo(request: PortalRequest, text: str, *, undo: str) -> None:
    """Say what was done on the next page, with a button that posts to ``undo``."""
    markup = render_to_string("portals/shared/undo.html", {"text": text, "undo": undo}, request)
    messages.add_message(request, messages.SUCCESS, markup)


def go(request: PortalRequest, address: str) -> HttpResponse:
    """Send the window to another page, whether htmx or the browser asked."""
    if request.htmx:
        return HttpResponseClientRedirect(address)
    return redirect(address)
