"""Let a pytest plugin for an older Home Assistant run on a newer one.

`scripts/newest` loads this before the plugin (`pytest -p tests.newest`), in case there is
no pytest-homeassistant-custom-component for the newest Home Assistant yet. Importing
anything of Home Assistant makes httpx an alias of httpx2, which the plugin's imports need.
"""

from typing import Final

from homeassistant.components import logger
from homeassistant.components.logger import helpers

# The plugin patches this in the package, where it was until 2026.10.
_MOVED: Final = "_clear_logger_overwrites"
if hasattr(helpers, _MOVED):
    vars(logger).setdefault(_MOVED, vars(helpers)[_MOVED])
