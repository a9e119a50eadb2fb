"""Run Home Assistant: `python -m demo.home_assistant --config FOLDER`."""

import sys
from types import ModuleType

from homeassistant import bootstrap
from homeassistant.__main__ import main

# Default integrations that the demo does not need: cameras require a library that may
# have to be compiled, and the last two connect to the internet.
SKIPPED_INTEGRATIONS = {
    "ai_task",
    "assist_satellite",
    "camera",
    "image_processing",
    "analytics",
    "marketplace",
}

# Skipped modules that Home Assistant nevertheless imports, for the features of actions.
# The demo uses no such actions, so empty modules are sufficient.
EMPTY_MODULES = ("ai_task", "assist_satellite", "camera")

# Libraries for speech, which may have to be compiled. The demo's Assist only reads text,
# and imports these classes without using them: by package, module and class.
STUBS = {
    "pymicro-vad": ("pymicro_vad", "MicroVad"),
    "pyspeex-noise": ("pyspeex_noise", "AudioProcessor"),
}


def run() -> int:
    """Run Home Assistant; return its exit code."""
    bootstrap.DEFAULT_INTEGRATIONS -= SKIPPED_INTEGRATIONS
    for name in EMPTY_MODULES:
        _add_module(f"homeassistant.components.{name}")
    for module, cls in STUBS.values():
        _add_module(module, **{cls: object})
    sys.argv += ["--skip-pip-packages", ",".join(STUBS)]
    return main()


def _add_module(name: str, **contents: object) -> None:
    """Add a module to `sys.modules`."""
    module = ModuleType(name)
    vars(module).update(contents)
    sys.modules[name] = module


if __name__ == "__main__":
    sys.exit(run())
