"""Shared reads."""
