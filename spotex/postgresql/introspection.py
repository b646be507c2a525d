"""Looking at the tables of one schema, without those that all agencies share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django.db.backends.postgresql.introspection import DatabaseIntrospection

from spotex.postgresql.scope import change_path, find_path, read_path


@contextmanager
def _own_tables_only() -> Iterator[None]:
    before = read_path()
    change_path(find_path(before.schema, with_public=False))
    try:
        yield
    finally:
        change_path(before)


def _narrowed(method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def look(*args: Any, **kwargs: Any) -> Any:
        with _own_tables_only():
            return method(*args, **kwargs)

    return look


class AgencyIntrospection(DatabaseIntrospection):
    """Django's, with nothing but the current schema in sight.

    django-tenants' own changes the search path by hand on the cursor, where ours would see a
    difference and put it right.
    """

    get_table_list = _narrowed(DatabaseIntrospection.get_table_list)
    get_table_description = _narrowed(DatabaseIntrospection.get_table_description)
    get_sequences = _narrowed(DatabaseIntrospection.get_sequences)
    get_relations = _narrowed(DatabaseIntrospection.get_relations)
    get_constraints = _narrowed(DatabaseIntrospection.get_constraints)
