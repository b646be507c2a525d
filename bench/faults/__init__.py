"""Faults under load: processes are killed and silenced while people and programs work (R5)."""
