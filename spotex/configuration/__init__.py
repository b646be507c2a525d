"""Bigger blocks of the settings, a module for each subject; spotex.settings imports them."""
