"""DNS in memory: records by name and kind, and failures on demand."""

from __future__ import annotations

from dataclasses import dataclass, field

from tenants.drivers.dns import ALIASES_MAX, Answer, Outcome, RecordKind


@dataclass(kw_only=True)
class DnsDouble:
    """A world of records.

    ``failures`` names how every look-up of a name ends; ``asked`` remembers what was looked up.
    """

    records: dict[tuple[str, RecordKind], list[str]] = field(default_factory=dict)
    failures: dict[str, Outcome] = field(default_factory=dict)
    asked: list[tuple[str, RecordKind]] = field(default_factory=list)

    def put(self, name: str, kind: RecordKind, *values: str) -> None:
        """Set the records of a name; none removes them."""
        self.records[name, kind] = list(values)

    def look_up(self, name: str, kind: RecordKind) -> Answer:
        """Return what the world says."""
        self.asked.append((name, kind))
        aliases: list[str] = []
        here = name
        while len(aliases) <= ALIASES_MAX:
            if here in self.failures:
                return Answer(outcome=self.failures[here], aliases=aliases)
            values = self.records.get((here, kind))
            if values:
                return Answer(outcome=Outcome.FOUND, values=values, aliases=aliases)
            following = self.records.get((here, RecordKind.CNAME))
            if not following:
                return Answer(outcome=self._absence(here), aliases=aliases)
            here = following[0]
            aliases.append(here)
        return Answer(outcome=Outcome.SERVER_FAILURE, aliases=aliases)

    def _absence(self, name: str) -> Outcome:
        below = f".{name}"
        known = any(
            values and (one == name or one.endswith(below))
            for (one, _), values in self.records.items()
        )
        return Outcome.EMPTY if known else Outcome.NO_NAME


WORLD = DnsDouble()
"""The one world of a test process."""
