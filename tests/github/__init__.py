"""Checks of the files for GitHub, without GitHub."""
