"""The database backend: PostgreSQL with one schema for each agency.

Code outside asks for a schema through ``spotex.kernel.tenancy`` only (ADR 0003, ADR 0015).
"""
