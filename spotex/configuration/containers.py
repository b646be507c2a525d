"""Sites in containers: which engine runs them, and how much of the machine one site may have."""

import environ

env = environ.Env()

SPOTEX_DOCKER_HOST = env("SPOTEX_DOCKER_HOST", default=env("DOCKER_HOST", default=""))
SPOTEX_DOCKER_PREFIX = env("SPOTEX_DOCKER_PREFIX", default="spotex")
SPOTEX_SITE_MEMORY_MB = env.int("SPOTEX_SITE_MEMORY_MB", default=384)
SPOTEX_SITE_CPUS = env.float("SPOTEX_SITE_CPUS", default=1.0)
SPOTEX_SITE_PROCESSES = env.int("SPOTEX_SITE_PROCESSES", default=64)
SPOTEX_SITE_DATABASE_MEMORY_MB = env.int("SPOTEX_SITE_DATABASE_MEMORY_MB", default=768)
