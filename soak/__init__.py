"""Weeks of trouble in minutes, and what they leave behind: nothing."""

# Before home.py imports the test plugin, which may be older than Home Assistant.
from tests import newest

__all__ = ["newest"]
