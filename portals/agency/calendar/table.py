"""A day as a table: a column for each space, a row for each step, cells as high as they last.

A table and not a drawing: heights come from ``rowspan``, so that nothing needs inline styles, and
a screen reader says column and row of each cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import gcd
from typing import Final
from zoneinfo import ZoneInfo

from booking.periods import Period
from booking.slots import Slot
from booking.states import SlotState
from portals.agency.calendar.entries import Entry

_STEPS: Final = (15, 20, 30, 60)
_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class Column:
    """One space on one day."""

    open: Sequence[Period]
    slots: Sequence[Slot]
    entries: Sequence[Entry]
    seats: int = 0
    """How many places are sold one by one; 0 where it is booked as a whole."""


@dataclass(kw_only=True)
class Cell:
    """A part of a column; what it is says ``kind``: entries, seats, free, closed or idle."""

    column: int
    kind: str
    row: int
    span: int
    entries: list[Entry] = field(default_factory=list)
    slot: Slot | None = None
    """What can be booked here."""

    at: str = ""
    """When that begins, by the clock of the place."""

    taken: int = 0
    """How many places are."""

    seats: int = 0
    """Of how many."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One step of the day with the cells that begin in it."""

    at: str
    is_hour: bool
    is_now: bool
    cells: list[Cell]


@dataclass(frozen=True, kw_only=True)
class Table:
    """The rows of a day; ``step`` is their length in minutes."""

    step: int
    rows: list[Row]


def build_table(columns: Sequence[Column], *, zone: ZoneInfo, now: datetime) -> Table | None:
    """Return the table of a day; None when nothing is open and nobody comes.

    All arithmetic is in UTC, where an hour is an hour; the clock of the place is for labels only.
    """
    times = [
        period
        for column in columns
        for period in (*column.open, *(one.stay for one in column.entries))
    ]
    if not times:
        return None
    start, end = min(one.start for one in times), max(one.end for one in times)
    local = start.astimezone(zone)
    start -= timedelta(minutes=local.minute % 30, seconds=local.second)
    step = _find_step(columns, start=start)
    size = -(-(end - start) // timedelta(minutes=step))
    grid = _Grid(start=start, step=timedelta(minutes=step), size=size, zone=zone)
    cells = [cell for number, one in enumerate(columns) for cell in grid.fill(number, one)]
    return Table(step=step, rows=grid.list_rows(cells, now=now))


def _find_step(columns: Sequence[Column], *, start: datetime) -> int:
    """Return the longest step on which every beginning and end lies."""
    common = _STEPS[-1]
    for column in columns:
        stays = [one.stay for one in column.slots] + [one.stay for one in column.entries]
        for stay in (*stays, *column.open):
            for moment in (stay.start, stay.end):
                common = gcd(common, int(abs(moment - start) / _MINUTE))
    fitting = [one for one in _STEPS if common % one == 0]
    return max(fitting, default=_STEPS[0])


@dataclass(frozen=True, kw_only=True)
class _Grid:
    start: datetime
    step: timedelta
    size: int
    zone: ZoneInfo

    def fill(self, number: int, column: Column) -> list[Cell]:
        """Return the cells of a column, from top to bottom without a gap."""
        taken = self._place_seats(number, column) if column.seats else []
        shown = {entry.subject for cell in taken for entry in cell.entries}
        rest = [entry for entry in column.entries if entry.subject not in shown]
        taken += self._place_entries(number, rest)
        used = {row for cell in taken for row in range(cell.row, cell.row + cell.span)}
        for slot in column.slots:
            rows = self._rows_of(slot.stay)
            if slot.state == SlotState.FREE and used.isdisjoint(rows):
                cell = Cell(column=number, kind="free", row=rows[0], span=len(rows), slot=slot)
                taken.append(self._label(cell))
                used.update(rows)
        open_rows = {row for period in column.open for row in self._rows_of(period)}
        taken += self._list_rest(number, used=used, open_rows=open_rows)
        return sorted(taken, key=lambda cell: cell.row)

    def _place_seats(self, number: int, column: Column) -> list[Cell]:
        """Return cells of slots in which places are taken; those by the same people are one."""
        cells: list[Cell] = []
        for slot in column.slots:
            entries = [one for one in column.entries if one.stay.overlap(slot.stay)]
            if not entries:
                continue
            rows, last = self._rows_of(slot.stay), cells[-1] if cells else None
            if last is not None and last.entries == entries and last.row + last.span == rows[0]:
                last.span += len(rows)
            else:
                cell = Cell(
                    column=number,
                    kind="seats",
                    row=rows[0],
                    span=len(rows),
                    entries=entries,
                    taken=column.seats - (slot.free_seats or 0),
                    seats=column.seats,
                )
                cells.append(cell)
            self._offer(cells[-1], slot)
        return cells

    def _offer(self, cell: Cell, slot: Slot) -> None:
        """Let what is left be booked from the first slot on that is not over."""
        if cell.slot is None and slot.state == SlotState.FREE:
            cell.slot, cell.taken = slot, cell.seats - (slot.free_seats or 0)
            self._label(cell)

    def _place_entries(self, number: int, entries: Sequence[Entry]) -> list[Cell]:
        """Return cells of entries; those that share a row share a cell."""
        cells: list[Cell] = []
        for entry in entries:
            rows = self._rows_of(entry.stay)
            if not rows:
                continue
            last = cells[-1] if cells else None
            if last is not None and rows[0] < last.row + last.span:
                last.span = max(last.row + last.span, rows[-1] + 1) - last.row
                last.entries.append(entry)
            else:
                cells.append(
                    Cell(
                        column=number,
                        kind="entries",
                        row=rows[0],
                        span=len(rows),
                        entries=[entry],
                    )
                )
        return cells

    def _label(self, cell: Cell) -> Cell:
        if cell.slot is not None:
            cell.at = f"{cell.slot.stay.start.astimezone(self.zone):%H:%M}"
        return cell

    def _rows_of(self, period: Period) -> range:
        first = max(0, (period.start - self.start) // self.step)
        last = min(self.size, -(-(period.end - self.start) // self.step))
        return range(first, last)

    def _list_rest(self, number: int, *, used: set[int], open_rows: set[int]) -> list[Cell]:
        """Return what is left of a column: closed, or open and over or kept as a pause."""
        cells: list[Cell] = []
        for row in range(self.size):
            if row in used:
                continue
            kind = "idle" if row in open_rows else "closed"
            last = cells[-1] if cells else None
            if last is not None and last.kind == kind and last.row + last.span == row:
                last.span += 1
            else:
                cells.append(Cell(column=number, kind=kind, row=row, span=1))
        return cells

    def list_rows(self, cells: Sequence[Cell], *, now: datetime) -> list[Row]:
        """Return the rows with the cells that begin there."""
        rows = []
        for number in range(self.size):
            at = self.start + number * self.step
            local = at.astimezone(self.zone)
            rows.append(
                Row(
                    at=f"{local:%H:%M}",
                    is_hour=local.minute == 0,
                    is_now=at <= now < at + self.step,
                    cells=[cell for cell in cells if cell.row == number],
                )
            )
        return rows
