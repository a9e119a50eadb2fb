"""Tests of the package aiobarcopulse and its command line."""

import sys

from custom_components.barco_pulse import pulse

# The name under which the client is installed.
sys.modules["aiobarcopulse"] = pulse
