"""Migrating every schema: scan, group equal ones, record once, replay for all (ADR 0016)."""
