"""The monthly report on a page."""
