"""What several rooms of the integration share."""

from typing import Final

DOMAIN: Final = "barco_pulse"
MANUFACTURER: Final = "Barco"

ENTRY_VERSION: Final = 2
"""Raise it if an older version of this integration cannot read the entry.

Version 1 is also what two other integrations with this domain write (migration.py).
"""
ENTRY_MINOR_VERSION: Final = 3

CONF_CONNECTION: Final = "connection"
"""Option: `KEEP` or `RELEASE`."""
KEEP: Final = "keep"
RELEASE: Final = "release"
CONF_SOURCES: Final = "sources"
"""Option: the names of the sources to show; all if there are none."""
