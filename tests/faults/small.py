"""A model with few properties."""

from dataclasses import replace
from typing import Final

from simulator.model import Model
from simulator.model_file import load_model

KEPT: Final = (
    "illumination.sources.laser.",
    "property.",
    "signal.",
    "system.articlenumber",
    "system.familyname",
    "system.firmwareversion",
    "system.initialstate",
    "system.modelname",
    "system.name",
    "system.power",
    "system.serialnumber",
    "system.state",
    "system.targetstate",
)


def small() -> Model:
    """Return a model with few properties, to make set-ups fast."""
    model = load_model("balder_cs")

    def keep(name: str) -> bool:
        return name.startswith(KEPT) or "." not in name

    return replace(
        model,
        properties={n: p for n, p in model.properties.items() if keep(n)},
        methods={n: m for n, m in model.methods.items() if keep(n)},
        blocks={},
    )
