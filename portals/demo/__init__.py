"""The demo world: believable Italian agencies, built through the services like everything else."""
