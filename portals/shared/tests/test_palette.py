"""Ranking and marking: what the palette shows first."""

from __future__ import annotations

import pytest

from portals.shared.palette import PaletteEntry, fold, mark_words, rank_entries


def entries(*labels: str) -> list[PaletteEntry]:
    return [PaletteEntry(label=label, icon="x") for label in labels]


def test_a_beginning_comes_before_a_middle() -> None:
    found = rank_entries(entries("La Rossa", "Osteria", "Barossi", "Rossi Srl"), text="ross")

    assert [one.label for one in found] == ["Rossi Srl", "La Rossa", "Barossi"]


def test_all_words_are_wanted_in_any_order() -> None:
    found = rank_entries(entries("Cantina Rossi", "Cantina Verdi"), text="rossi cantina")

    assert [one.label for one in found] == ["Cantina Rossi"]


def test_notes_and_hidden_words_find_last() -> None:
    hidden = PaletteEntry(label="Esci", icon="x", words="logout")
    noted = PaletteEntry(label="Aspetto", icon="x", note="Logo e colore")

    found = rank_entries([hidden, noted, *entries("Logo")], text="logo")

    assert [one.label for one in found] == ["Logo", "Esci", "Aspetto"]


@pytest.mark.parametrize(
    ("label", "text", "marked"),
    [
        ("Caffè Nero", "caffe", ["Caffè"]),
        ("banana", "an", ["anan"]),
        ("Straße", "strasse", ["Straße"]),
        ("Cantina Rossi", "si can", ["Can", "si"]),
        ("Rossi", "", []),
    ],
)
def test_what_was_searched_for_is_marked(label: str, text: str, marked: list[str]) -> None:
    pieces = mark_words(label, text=text)

    assert [piece.text for piece in pieces if piece.marked] == marked
    assert "".join(piece.text for piece in pieces) == label


def test_accents_and_capitals_do_not_count() -> None:
    assert fold("PERCHÉ Ça") == "perche ca"
