"""Home Assistant as the demo runs it: `python -m demo.home_assistant --config FOLDER`."""

import sys
from types import ModuleType

from homeassistant import bootstrap
from homeassistant.__main__ import main

# Loaded by Home Assistant unasked, but no help to a projector: cameras want a library
# that a bare machine has to compile, the last two call out.
LEFT_OUT = {
    "ai_task",
    "assist_satellite",
    "camera",
    "image_processing",
    "analytics",
    "marketplace",
}

# Of these, the modules that Home Assistant imports all the same, to know the
# features that actions can ask for. Nobody asks for theirs: empty ones will do.
EMPTY = ("ai_task", "assist_satellite", "camera")

# What Assist hears with has to be compiled, too. Here it reads what is typed, and needs
# only the names of these classes: by package, module and class.
UNHEARD = {
    "pymicro-vad": ("pymicro_vad", "MicroVad"),
    "pyspeex-noise": ("pyspeex_noise", "AudioProcessor"),
}


def run() -> int:
    """Run Home Assistant until it ends, and return its exit code."""
    bootstrap.DEFAULT_INTEGRATIONS -= LEFT_OUT
    for name in EMPTY:
        _put(f"homeassistant.components.{name}")
    for module, cls in UNHEARD.values():
        _put(module, **{cls: object})
    sys.argv += ["--skip-pip-packages", ",".join(UNHEARD)]
    return main()


def _put(name: str, **contents: object) -> None:
    """Put a module in the place of one that is not there."""
    module = ModuleType(name)
    vars(module).update(contents)
    sys.modules[name] = module


if __name__ == "__main__":
    sys.exit(run())
