"""What holds for all pages of booking."""

from __future__ import annotations

import pytest

from booking.services.spaces import create_space
from portals.agency.tests.booking.forms import count_queries
from portals.conftest import stay_in


@pytest.mark.parametrize(
    "path", ["/spaces/", "/spaces/locations/", "/reservations/", "/calendar/?day={day}"]
)
def test_lists_ask_the_same_for_one_and_three(
    client, location, make_space, book, owner_actor, tomorrow, path
) -> None:
    path = path.format(day=tomorrow)
    spaces = [make_space(name="Sala 0")]
    book(10, space=spaces[0])
    count_queries(client, path)
    one = count_queries(client, path)
    for number in (1, 2):
        spaces.append(create_space(actor=owner_actor, location=location, name=f"Sala {number}"))
        book(10, space=spaces[-1])

    assert count_queries(client, path) == one


@pytest.mark.parametrize(
    "path",
    [
        *("/spaces/new/", "/spaces/locations/new/", "/spaces/{space}/edit/"),
        *("/spaces/{space}/archive/", "/calendar/{space}/book/", "/calendar/{space}/block/"),
        *("/reservations/{stay}/check-in/", "/reservations/{stay}/cancel/"),
    ],
)
def test_writing_is_closed_to_viewers(client_for, viewer, space, book, in_agency, path) -> None:
    path = path.format(space=space.public_id, stay=book().public_id)

    assert stay_in(in_agency, client_for(viewer)).post(path).status_code == 403
