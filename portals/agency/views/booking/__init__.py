"""Booking in the agency portal."""
