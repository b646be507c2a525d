"""Forms about the agency itself."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portals.shared.forms import PortalForm
from tenants.branding import COLOR_PATTERN
from tenants.lengths import EMAIL_MAX_LENGTH, FOOTER_MAX_LENGTH, NAME_MAX_LENGTH
from tenants.logos import MAX_BYTES
from tenants.models import Agency
from tenants.states import Language

BRAND_FIELDS: Final = ("brand_name", "brand_color", "brand_footer", "support_email", "language")


class BrandForm(PortalForm):
    """How the agency appears to its customers."""

    brand_name = forms.CharField(
        label=_("Name"),
        max_length=NAME_MAX_LENGTH,
        help_text=_("On every page and in every mail."),
    )
    brand_color = forms.RegexField(
        COLOR_PATTERN,
        label=_("Colour"),
        max_length=7,
        help_text=_("Any colour works: texts are adjusted so that they stay readable."),
        error_messages={"invalid": _("Write the colour as #rrggbb.")},
        widget=forms.TextInput(attrs={"type": "color"}),
    )
    logo = forms.FileField(
        label=_("Logo"),
        required=False,
        max_length=200,
        help_text=_("SVG, PNG, JPEG or WebP, at most 2 MB."),
        widget=forms.FileInput(attrs={"accept": ".svg,.png,.jpg,.jpeg,.webp"}),
    )
    remove_logo = forms.BooleanField(label=_("Remove the logo"), required=False)
    brand_footer = forms.CharField(
        label=_("Footer"),
        max_length=FOOTER_MAX_LENGTH,
        required=False,
        help_text=_("Company name, address, VAT number."),
    )
    support_email = forms.EmailField(
        label=_("Support address"),
        max_length=EMAIL_MAX_LENGTH,
        required=False,
        help_text=_("Where your customers write for help."),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=Language.choices,
        help_text=_("For people who have not chosen one."),
    )

    @classmethod
    def initial_of(cls, agency: Agency) -> dict[str, Any]:
        """Return what the form shows first."""
        values = {name: getattr(agency, name) for name in BRAND_FIELDS}
        return {**values, "brand_name": agency.display_name}

    def clean_logo(self) -> bytes | None:
        """Read the picture, unless it is too large to be looked at."""
        upload: UploadedFile[bytes] | None = self.cleaned_data["logo"]
        if upload is None:
            return None
        if (upload.size or 0) > MAX_BYTES:
            raise forms.ValidationError(gettext("The logo may be at most 2 MB."))
        content: bytes = upload.read()
        return content

    def changes(self) -> dict[str, Any]:
        """Return the cleaned texts under the names of the agency's columns."""
        return {name: self.cleaned_data[name] for name in BRAND_FIELDS}
