"""The calendar of a location: who is where, and what is free."""
