"""Fields that take their JSON type and no other, and the base of all inputs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, ClassVar, Final

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from spotex.kernel.ids import is_public_id
from tenants.lengths import EMAIL_MAX_LENGTH

_NUMBER: Final = re.compile(r"^-?[0-9]{1,18}$")
_MOMENT: Final = re.compile(
    r"^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)$",
    re.ASCII,
)

_DAY: Final = re.compile(r"^\d{4}-\d\d-\d\d\Z", re.ASCII)
CLOCK_PATTERN: Final = r"^(([0-3][0-9]|4[0-7]):[0-5][0-9]|48:00)$"


class Input(serializers.Serializer[Any]):
    """A body or a set of parameters in which every name is known."""

    def to_internal_value(self, data: Any) -> Any:
        """Refuse unknown names before looking at the values."""
        if isinstance(data, Mapping):
            unknown = [name for name in data if name not in self.fields]
            if unknown:
                text = str(_("There is no such field."))
                raise serializers.ValidationError({str(name): [text] for name in unknown[:20]})
        return super().to_internal_value(data)


class Text(serializers.CharField):
    """A JSON string; numbers and booleans are not silently turned into one."""

    def to_internal_value(self, data: Any) -> str:
        """Return the text without white space around it."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Secret(Text):
    """A password or a token: taken as it is."""

    def __init__(self, **options: Any) -> None:
        super().__init__(trim_whitespace=False, write_only=True, **options)


class Email(serializers.EmailField):
    """An e-mail address."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": EMAIL_MAX_LENGTH, **options})

    def to_internal_value(self, data: Any) -> str:
        """Return the address."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Choice(serializers.ChoiceField):
    """One of a few strings."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the choice."""
        if not isinstance(data, str):
            self.fail("invalid_choice", input=type(data).__name__)
        return super().to_internal_value(data)


@extend_schema_field(OpenApiTypes.BOOL)
class Flag(serializers.Field[bool, Any, bool, Any]):
    """``true`` or ``false``."""

    default_error_messages: ClassVar = {"invalid": _("Must be true or false.")}

    def to_internal_value(self, data: Any) -> bool:
        """Return the flag."""
        if not isinstance(data, bool):
            self.fail("invalid")
        return data

    def to_representation(self, value: bool) -> bool:  # noqa: FBT001  the framework's signature
        """Return the flag."""
        return value


class Number(serializers.IntegerField):
    """A whole number of a query parameter, in plain digits."""

    def to_internal_value(self, data: Any) -> int:
        """Return the number."""
        if not isinstance(data, str) or not _NUMBER.match(data):
            self.fail("invalid")
        return super().to_internal_value(data)


class Count(serializers.IntegerField):
    """A whole number as JSON writes it."""

    def to_internal_value(self, data: Any) -> int:
        """Return the number."""
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return super().to_internal_value(data)


class Moment(serializers.DateTimeField):
    """A time as ISO 8601 with its zone; without one nobody knows which moment is meant."""

    default_error_messages: ClassVar = {"shape": _("Write it as 2030-01-31T12:00:00Z.")}

    def to_internal_value(self, data: Any) -> datetime:
        """Return the moment."""
        if not isinstance(data, str) or not _MOMENT.match(data):
            self.fail("shape")
        try:
            return datetime.fromisoformat(data.upper()).astimezone(UTC)
        except (ValueError, OverflowError):
            self.fail("shape")


@extend_schema_field({"type": "string", "format": "date", "examples": ["2030-01-31"]})
class Day(serializers.Field[date, Any, str, Any]):
    """A day of a calendar."""

    default_error_messages: ClassVar = {"invalid": _("Write it as 2030-01-31.")}

    def to_internal_value(self, data: Any) -> date:
        """Return the day."""
        if not isinstance(data, str) or not _DAY.match(data):
            self.fail("invalid")
        try:
            return date.fromisoformat(data)
        except ValueError:
            self.fail("invalid")


@extend_schema_field({"type": "string", "pattern": CLOCK_PATTERN, "examples": ["08:00", "26:00"]})
class WallTime(serializers.Field[int, Any, str, Any]):
    """A time of the day in hours and minutes; from 24:00 on it is of the day after."""

    default_error_messages: ClassVar = {
        "invalid": _("Write it as 08:00; 26:00 is two o’clock of the day after.")
    }

    def to_internal_value(self, data: Any) -> int:
        """Return the minutes since midnight."""
        if not isinstance(data, str) or not re.match(CLOCK_PATTERN, data, re.ASCII):
            self.fail("invalid")
        hours, minutes = data.split(":")
        return int(hours) * 60 + int(minutes)


class PublicId(Text):
    """A typed id such as ``cus_…``."""

    default_error_messages: ClassVar = {"shape": _("This is not an id of the form {prefix}_….")}

    def __init__(self, prefix: str, **options: Any) -> None:
        super().__init__(**options)
        self.prefix = prefix

    def to_internal_value(self, data: Any) -> str:
        """Return the id."""
        text = super().to_internal_value(data)
        if not is_public_id(text, prefix=self.prefix):
            self.fail("shape", prefix=self.prefix)
        return text


class PageQuery(Input):
    """Which part of a list."""

    page = Number(min_value=1, max_value=1_000_000, default=1)
    limit = Number(min_value=1, max_value=100, default=25)


class ListQuery(PageQuery):
    """Which part of a list that can be searched."""

    search = Text(required=False, max_length=100, allow_blank=True, default="")
