"""What a password must be, beyond Django's own rules."""

from __future__ import annotations

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import ngettext
from typing_extensions import override


class LengthValidator(MinimumLengthValidator):
    """Django's rule in words of ours: its sentence has another form in its own catalogues."""

    @override
    def get_error_message(self) -> str:
        """Say how long a password is at least."""
        return ngettext(
            "This password is too short. It needs at least %(count)s character.",
            "This password is too short. It needs at least %(count)s characters.",
            self.min_length,
        ) % {"count": self.min_length}
