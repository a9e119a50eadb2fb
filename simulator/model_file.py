"""Find, merge and check model files.

A file can extend another one: sections are merged by entry, entries of the extending
file take precedence, and null removes an entry.
"""

from collections.abc import Iterable, Mapping
import json
from pathlib import Path

from .jsontypes import JsonObject, JsonValue
from .model import DURATIONS, RUNGS, STATES, Model, ModelError, leader_of
from .model_parts import (
    Types,
    mapping,
    optional_number,
    read_block,
    read_method,
    read_property,
    strings,
)
from .quirks import build_quirks

MODELS = Path(__file__).parent / "models"

_SECTIONS = (
    "users",
    "quirks",
    "power",
    "enums",
    "structures",
    "exists",
    "follows",
    "sources",
    "profiles",
    "blocks",
    "properties",
    "methods",
    "signals",
)
_PLAIN = ("name", "description", "extends", "pin")


def model_names() -> list[str]:
    """Return the names of the built-in models."""
    return sorted(
        path.stem for path in MODELS.glob("*.json") if not path.stem.startswith("_")
    )


def load_model(source: str | Path | Mapping[str, JsonValue]) -> Model:
    """Load a built-in model by name, a model file, or the data of one.

    Raises:
        ModelError: The model does not exist or is not valid.
    """
    data = source if isinstance(source, Mapping) else _read(source)
    model = _build(_with_base(data))
    _check_references(model)
    return model


def _read(source: str | Path) -> JsonObject:
    path = Path(source)
    if path.suffix != ".json":
        path = MODELS / f"{source}.json"
    try:
        data = json.loads(path.read_text("utf-8"))
    except OSError as error:
        names = ", ".join(model_names())
        raise ModelError(f"no model {str(source)!r}; there are {names}") from error
    except ValueError as error:
        raise ModelError(f"{path.name} is not JSON: {error}") from error
    return mapping(path.name, data)


def _with_base(data: Mapping[str, JsonValue]) -> JsonObject:
    unknown = set(data) - {*_SECTIONS, *_PLAIN}
    if unknown:
        raise ModelError(f"unknown sections {sorted(unknown)}")
    base = data.get("extends")
    merged = _with_base(_read(str(base))) if base else {}
    for key, value in data.items():
        if key not in _SECTIONS:
            merged[key] = value
            continue
        section = mapping(key, merged.get(key, {})) | mapping(key, value)
        merged[key] = {k: v for k, v in section.items() if v is not None}
    return merged


def _build(data: JsonObject) -> Model:
    part = {key: mapping(key, data.get(key, {})) for key in _SECTIONS}
    types = Types(part["enums"], part["structures"])
    rungs, rests_in, durations = _power(part["power"])
    return Model(
        name=str(data.get("name", "")),
        description=str(data.get("description", "")),
        pin=_pin(data.get("pin")),
        users={name: str(password) for name, password in part["users"].items()},
        rungs=rungs,
        rests_in=rests_in,
        durations=durations,
        quirks=part["quirks"],
        exists={
            name: frozenset(strings(f"exists.{name}", states, STATES))
            for name, states in part["exists"].items()
        },
        follows={
            name: mapping(f"follows.{name}", spec, (*STATES, "otherwise"))
            for name, spec in part["follows"].items()
        },
        sources={
            name: strings(f"sources.{name}", connectors)
            for name, connectors in part["sources"].items()
        },
        profiles={
            name: mapping(f"profiles.{name}", spec)
            for name, spec in part["profiles"].items()
        },
        blocks={name: read_block(name, spec) for name, spec in part["blocks"].items()},
        properties={
            name: read_property(name, spec, types)
            for name, spec in part["properties"].items()
        },
        methods={
            name: read_method(name, spec, types)
            for name, spec in part["methods"].items()
        },
        signals={
            name: types.members(f"signals.{name}", spec)
            for name, spec in part["signals"].items()
        },
    )


def _pin(spec: JsonValue) -> str | None:
    if spec is None or (isinstance(spec, str) and spec.isdecimal()):
        return spec
    raise ModelError("pin: must be a string of digits or null")


def _power(spec: JsonObject) -> tuple[tuple[str, ...], str, dict[str, float]]:
    mapping("power", spec, ("rungs", "rests_in", "durations"))
    rungs = strings("power.rungs", spec.get("rungs", ["ready", "on"]), RUNGS)
    if list(rungs) != sorted(rungs, key=RUNGS.index) or rungs[-2:] != ("ready", "on"):
        raise ModelError("power.rungs: must ascend and end in ready, on")
    rests_in = spec.get("rests_in", rungs[0])
    if rests_in not in rungs:
        raise ModelError(f"power.rests_in: {rests_in!r} is not one of power.rungs")
    durations = dict(DURATIONS)
    given = mapping("power.durations", spec.get("durations", {}))
    for name, value in given.items():
        seconds = optional_number(f"power.durations.{name}", value)
        if name not in DURATIONS or seconds is None or seconds < 0:
            raise ModelError(f"power.durations.{name}: no such duration")
        durations[name] = seconds
    return rungs, str(rests_in), durations


def _check_references(model: Model) -> None:
    """Check that the names in a section exist."""
    try:
        build_quirks(model.quirks)
    except ValueError as error:
        raise ModelError(f"quirks: {error}") from error
    for prop in model.properties.values():
        _check_known(f"{prop.name}.bounds", prop.bounds, model)
    _check_known("follows", model.follows, model)
    for name, values in model.follows.items():
        leaders = filter(None, map(leader_of, values.values()))
        _check_known(f"follows.{name}", leaders, model)
    for name, values in model.profiles.items():
        _check_known(f"profiles.{name}", values, model)
    for name, block in model.blocks.items():
        if block.fixed is None:
            _check_known("blocks", [f"{name}.value"], model)


def _check_known(place: str, names: Iterable[str], model: Model) -> None:
    for name in names:
        if name not in model.properties:
            raise ModelError(f"{place}: no property {name!r}")
