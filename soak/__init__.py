"""A soak test: many cycles with random faults, then a check for leaks."""

# Must be imported before the test plugin, which may be older than Home Assistant.
from tests import newest

__all__ = ["newest"]
