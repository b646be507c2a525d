"""Engines that run sites, and the choice between them."""
