"""Home Assistant as the demo runs it: `python -m demo.home_assistant --config FOLDER`."""

import sys
from types import ModuleType

from homeassistant import bootstrap
from homeassistant.__main__ import main

# Loaded by Home Assistant unasked, but no help to a projector: voice and cameras
# want libraries that a bare machine has to compile, the last two call out.
LEFT_OUT = {
    "ai_task",
    "assist_satellite",
    "camera",
    "conversation",
    "image_processing",
    "tts",
    "analytics",
    "marketplace",
}

# Of these, the modules that Home Assistant imports all the same, to know the
# features that actions can ask for. Nobody asks for theirs: empty ones will do.
EMPTY = ("ai_task", "assist_satellite", "camera")


def run() -> int:
    """Run Home Assistant until it ends, and return its exit code."""
    bootstrap.DEFAULT_INTEGRATIONS -= LEFT_OUT
    for name in EMPTY:
        module = f"homeassistant.components.{name}"
        sys.modules[module] = ModuleType(module)
    return main()


if __name__ == "__main__":
    sys.exit(run())
