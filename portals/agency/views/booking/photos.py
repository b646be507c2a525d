"""Photos of a space: adding, describing, putting in order, removing."""

from __future__ import annotations

from typing import Final

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.access import access_photo, access_space
from booking.models import Space, SpacePhoto
from booking.models.photos import ALT_MAX_LENGTH
from booking.selectors.photos import list_photos_of
from booking.services.photos import (
    PHOTOS_MAX,
    add_photo,
    describe_photo,
    put_photo_first,
    remove_photo,
)
from portals.shared.access import portal_view
from portals.shared.actions import carry_out
from portals.shared.forms import PortalForm, apply_form, posted
from portals.shared.htmx import go, render_page, toast
from portals.shared.requests import PortalRequest
from tenants.permissions import Permission

_FORM: Final = ("GET", "HEAD", "POST")
_MANAGE: Final = Permission.SPACE_MANAGE


class PhotoForm(PortalForm):
    """A photo, and what is seen on it."""

    file = forms.FileField(
        label=gettext_lazy("Photo"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        help_text=gettext_lazy("JPEG, PNG or WebP, at most 10 MB. Where it was taken is removed."),
    )
    alt = forms.CharField(
        label=gettext_lazy("What is seen"),
        max_length=ALT_MAX_LENGTH,
        help_text=gettext_lazy(
            "For those who cannot see it: “A long table with twelve chairs at the window”."
        ),
    )


@portal_view(_MANAGE, methods=_FORM)
def list_photos(request: PortalRequest, public_id: str) -> HttpResponse:
    """Show the photos of a space, and add one."""
    space = access_space(request.actor, public_id, permission=_MANAGE)
    form = PhotoForm(posted(request), request.FILES or None)
    made = apply_form(form, lambda: _add(request, space, form))
    if made is not None:
        toast(request, _("The photo is added."))
        return go(request, _list_of(space))
    photos = list_photos_of(space)
    context = {"space": space, "form": form, "photos": photos, "is_full": len(photos) >= PHOTOS_MAX}
    status = 422 if form.is_bound else 200
    return render_page(request, "portals/agency/spaces/photos.html", context, status=status)


def _add(request: PortalRequest, space: Space, form: PhotoForm) -> SpacePhoto:
    content, alt = form.value_of("file").read(), form.value_of("alt")
    return add_photo(space, actor=request.actor, content=content, alt=alt)


@portal_view(_MANAGE, methods=("POST",))
def describe(request: PortalRequest, public_id: str) -> HttpResponse:
    """Save what is seen on a photo."""
    photo = access_photo(request.actor, public_id, permission=_MANAGE)
    alt = request.POST.get("alt", "").replace("\0", "")
    return carry_out(
        request,
        lambda: describe_photo(photo, actor=request.actor, alt=alt),
        done=_("The changes are saved."),
        then=_list_of(photo.space),
    )


@portal_view(_MANAGE, methods=("POST",))
def put_first(request: PortalRequest, public_id: str) -> HttpResponse:
    """Let a photo stand for the space."""
    photo = access_photo(request.actor, public_id, permission=_MANAGE)
    return carry_out(
        request,
        lambda: put_photo_first(photo, actor=request.actor),
        done=_("This photo is shown first."),
        then=_list_of(photo.space),
    )


@portal_view(_MANAGE, methods=("POST",))
def remove(request: PortalRequest, public_id: str) -> HttpResponse:
    """Delete a photo."""
    photo = access_photo(request.actor, public_id, permission=_MANAGE)
    return carry_out(
        request,
        lambda: remove_photo(photo, actor=request.actor),
        done=_("The photo is removed."),
        then=_list_of(photo.space),
    )


def _list_of(space: Space) -> str:
    return reverse("agency:space-photos", args=[space.public_id])
