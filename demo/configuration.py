"""The configuration folder of Home Assistant."""

import json
from pathlib import Path
import shutil

from .settings import REPOSITORY, Settings

TEMPLATES = Path(__file__).parent
BLUEPRINTS = "blueprints/automation/barco_pulse"


def prepare(settings: Settings) -> Path:
    """Create the configuration folder, with onboarding completed; return its path.

    Changes of the user in Home Assistant are kept, except with `settings.reset`.
    """
    folder = settings.folder / "home-assistant"
    if settings.reset:
        shutil.rmtree(folder, ignore_errors=True)
    storage = folder / ".storage"
    storage.mkdir(parents=True, exist_ok=True)

    shutil.copy(TEMPLATES / "configuration.yaml", folder)
    for name in ("automations.yaml", "scenes.yaml", "scripts.yaml"):
        (folder / name).touch()

    link = folder / "custom_components"
    link.unlink(missing_ok=True)
    link.symlink_to(REPOSITORY / "custom_components")

    _link_blueprints(folder / BLUEPRINTS)

    for name in ("auth", "onboarding"):
        if not (storage / name).exists():
            shutil.copy(TEMPLATES / "storage" / f"{name}.json", storage / name)

    # The port can differ between runs.
    http = json.loads((TEMPLATES / "storage" / "http.json").read_text())
    http["data"]["stable"]["server_port"] = settings.port
    (storage / "http").write_text(json.dumps(http))
    return folder


def _link_blueprints(folder: Path) -> None:
    """Link the blueprints one by one: Home Assistant ignores linked folders."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for blueprint in (REPOSITORY / BLUEPRINTS).glob("*.yaml"):
        (folder / blueprint.name).symlink_to(blueprint)
