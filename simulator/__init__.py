"""A simulated Barco Pulse projector, for tests, demonstrations and debugging."""

from .diagnostics import from_diagnostics
from .faults import FAULT_NAMES, Faults
from .jsontypes import JsonObject, JsonValue
from .model import Model, ModelError
from .model_file import load_model, model_names
from .quirks import Quirks
from .recording import Recording, RecordingError
from .replay import Replay
from .simulator import Simulator
from .traffic import Counters, Record

__all__ = [
    "FAULT_NAMES",
    "Counters",
    "Faults",
    "JsonObject",
    "JsonValue",
    "Model",
    "ModelError",
    "Quirks",
    "Record",
    "Recording",
    "RecordingError",
    "Replay",
    "Simulator",
    "from_diagnostics",
    "load_model",
    "model_names",
]
