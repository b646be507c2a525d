"""What the person at the terminal sees: steps, lines of processes, one box, one-line errors."""

import os
import re
import sys
import threading
import time
import unicodedata
from collections.abc import Sequence

_COLOURS = {"grey": 90, "red": 31, "green": 32, "yellow": 33, "blue": 34, "magenta": 35, "cyan": 36}
_ESCAPES = re.compile(r"\x1b\[[0-9;]*m")
_PREFIX_WIDTH = 8


class Console:
    """Writes whole lines, from any thread, coloured where that is wanted."""

    def __init__(self) -> None:
        self._coloured = sys.stdout.isatty() and "NO_COLOR" not in os.environ
        self._lock = threading.Lock()

    def paint(self, text: str, colour: str) -> str:
        """Return the text in a colour, or as it is where colours are not wanted."""
        return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m" if self._coloured else text

    def line(self, text: str = "") -> None:
        """Write one line."""
        with self._lock:
            sys.stdout.write(text + "\n")
            sys.stdout.flush()

    def process_line(self, name: str, colour: str, text: str) -> None:
        """Write one line of a process behind its name and the time; an object of JSON as it is."""
        if text.startswith("{"):  # has its own time, and is for a machine
            self.line(text)
            return
        moment = self.paint(time.strftime("%H:%M:%S"), "grey")
        text = text if self._coloured else _ESCAPES.sub("", text)
        self.line(f"{moment} {self.paint(name.ljust(_PREFIX_WIDTH), colour)} {text}")

    def step(self, text: str) -> None:
        """Write what is being done."""
        self.line(f"{self.paint('•', 'cyan')} {text}")

    def warn(self, text: str) -> None:
        """Write what could not be done, where the rest goes on."""
        self.line(f"{self.paint('!', 'yellow')} {text}")

    def fail(self, text: str) -> None:
        """Write why it ends."""
        self.line(f"{self.paint('✗', 'red')} {text}")

    def box(self, title: str, lines: Sequence[str]) -> None:
        """Write lines inside a frame."""
        width = max(_width(line) for line in (title + "    ", *lines))
        edge = "─" * (width - _width(title) - 1)
        self.line(f"╭─ {self.paint(title, 'green')} {edge}╮")
        for line in lines:
            self.line(f"│ {line}{' ' * (width - _width(line))} │")
        self.line(f"╰{'─' * (width + 2)}╯")


def _width(text: str) -> int:
    plain = _ESCAPES.sub("", text)
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in plain)
