"""What happens to the websites with the widget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from spotex.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class WidgetSiteEvent(Event):
    """Something happened to a site with the widget; base of the events below."""


@dataclass(frozen=True, kw_only=True)
class WidgetSiteAllowed(WidgetSiteEvent):
    """A website may frame the booking pages."""

    name: ClassVar[str] = "booking.widget.allowed"


@dataclass(frozen=True, kw_only=True)
class WidgetSiteRemoved(WidgetSiteEvent):
    """A website may no longer frame them."""

    name: ClassVar[str] = "booking.widget.removed"
