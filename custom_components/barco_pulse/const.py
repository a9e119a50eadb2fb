"""Constants that several modules use."""

from dataclasses import dataclass
from typing import Final

from homeassistant.util.hass_dict import HassKey

from .pulse import Timeouts, Timings

DOMAIN: Final = "barco_pulse"
MANUFACTURER: Final = "Barco"

ENTRY_VERSION: Final = 2
"""Raise this if older versions of the integration cannot read the new entries.

Two other integrations with this domain also write version 1 (migration.py).
"""
ENTRY_MINOR_VERSION: Final = 3

CONF_CONNECTION: Final = "connection"
"""Option: `KEEP` the connection open, or `RELEASE` it between polls."""
KEEP: Final = "keep"
RELEASE: Final = "release"
CONF_SOURCES: Final = "sources"
"""Option: the names of the sources to show. Empty: all sources."""

TIMINGS: HassKey[Timings] = HassKey(f"{DOMAIN}_timings")
"""Set in `hass.data` to change the timings of all projectors, for tests."""
TIMEOUTS: HassKey[Timeouts] = HassKey(f"{DOMAIN}_timeouts")
"""Set in `hass.data` to change the timeouts of all projectors, for tests."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long this side of the integration waits, in seconds."""

    set_up: float = 120.0
    """For the set-up of an entry."""
    address_pause: float = 10.0
    """Between two attempts to find a projector at its new address."""
    picture: float = 10.0
    """For a picture of the projector's web server."""


LIMITS: HassKey[Limits] = HassKey(f"{DOMAIN}_limits")
"""Set in `hass.data` to change these limits, for tests."""
