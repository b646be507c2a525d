"""The first pages of the admin: figures of the platform, all from the public schema.

The number of statements is fixed: it grows neither with agencies nor with the period.
"""
