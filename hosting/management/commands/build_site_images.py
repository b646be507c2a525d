"""Build the images that the Docker engine runs sites in."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from hosting.drivers.docker.building import (
    Recipe,
    build_image,
    describe_database_image,
    describe_site_image,
)
from hosting.drivers.docker.config import read_docker_config
from hosting.drivers.docker.daemon import connect, docker_failures


class Command(BaseCommand):
    """``manage.py build_site_images``."""

    help = "Builds the images of the sites and of their database server; unchanged ones are kept."
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Build both at the same time."""
        config = read_docker_config()
        recipes = (
            describe_site_image(Path(settings.SPOTEX_WORDPRESS_DIR)),
            describe_database_image(),
        )

        def build(recipe: Recipe) -> bool:
            with docker_failures(config):
                return build_image(connect(config.host, config.call_seconds), recipe)

        with ThreadPoolExecutor(max_workers=len(recipes)) as pool:
            for recipe, built in zip(recipes, pool.map(build, recipes), strict=True):
                self.stdout.write(f"{recipe.tag} {'built' if built else 'is there'}")
