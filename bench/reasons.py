"""Why a goal is missed, as far as it is known: one sentence for each number."""

from typing import Final

REASONS: Final = {
    "P3": "What is left is PostgreSQL's own work for the changes, one scan of all schemas and "
    "Django's migration of the public schema.",
    "P5": "Callers are remembered for a second and each answer still asks its queries; where the "
    "rest of the time goes was not profiled, and keeping whole answers would not be the same work.",
    "P6": "Profiled: four fifths are spent on some 1,300 nodes of 88 templates and components, each "
    "interpreted; the peer renders neither menu, rights nor translations. Symbols and moments are "
    "remembered. Remembering whole pages was rejected: rights, sessions and tokens are in each.",
    "P11": "What is left is, by reading and not by profile, the durable steps (a row and a look at "
    "the world before and after each) and asking the real front page for an answer.",
    "P13": "About 75 MB are imported modules; one large library is loaded only where it is used, "
    "and fewer arenas of the allocator changed nothing.",
    "P14": "It lies on the line, met in some runs and missed by a hair in others.",
    "P15": "Ours is some 26 round trips; the peer's time varies from 1.5 to 2.6 s, so some runs "
    "meet the goal and others do not.",
}


def describe_missed(numbers: set[str]) -> str:
    """Return the chapter about goals that were missed; nothing if none was."""
    if not numbers:
        return ""
    ordered = sorted(numbers, key=lambda number: int(number.removeprefix("P")))
    lines = [f"- **{number}** {REASONS.get(number, 'Not known yet.')}" for number in ordered]
    return "\n".join(["", "## Missed, and why nothing better was found", "", *lines, ""])
