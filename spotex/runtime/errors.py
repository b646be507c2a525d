"""The one error of this package that people read."""


class StartError(Exception):
    """Something prevents the start; the message is one line that says what to do about it."""
