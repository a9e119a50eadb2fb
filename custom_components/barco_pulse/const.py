"""What several rooms of the integration share."""

from typing import Final

DOMAIN: Final = "barco_pulse"
MANUFACTURER: Final = "Barco"

CONF_FRAMING: Final = "framing"
