"""Load the integration in Home Assistant: `python loads.py FOLDER`."""

import asyncio
from pathlib import Path
import sys

from homeassistant import loader
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant

DOMAIN = "barco_pulse"


async def load(folder: str) -> str:
    """Load all platforms; return the version and the folder."""
    hass = HomeAssistant(folder)
    loader.async_setup(hass)
    integration = await loader.async_get_integration(hass, DOMAIN)
    await integration.async_get_component()
    platforms = [p for p in Platform if (integration.file_path / f"{p}.py").exists()]
    await integration.async_get_platforms([*platforms, "config_flow", "diagnostics"])
    await hass.async_stop(force=True)
    place = Path(sys.modules[integration.pkg_path].__file__ or "").parent
    return f"{integration.version} {len(platforms)} {place}"


sys.stdout.write(asyncio.run(load(sys.argv[1])))
