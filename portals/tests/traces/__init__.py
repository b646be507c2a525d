"""White label: what an agency's people, customers and guests get names nobody else."""
