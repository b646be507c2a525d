"""Booking as people see it: the parts that customers and guests share."""
