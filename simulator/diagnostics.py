"""Create a model from a diagnostics download of the integration.

README.md lists the used parts. The content is not trusted: invalid parts are ignored.
"""

from collections.abc import Callable, Mapping, Sized
from dataclasses import dataclass
import json
from pathlib import Path
import sys

from . import diagnostics_parts as parts
from .diagnostics_values import REDACTED, cleaned, invented, texts, type_of, value_of
from .jsontypes import JsonObject, JsonValue
from .model import DURATIONS, RUNGS, STATES, Method, Model, ModelError, Property
from .model_file import load_model
from .picture import SOURCE, object_name
from .services.environment import ENVIRONMENT, STATISTICS
from .values import Member, ValueType

_BASICS = (
    "authenticate",
    "introspect",
    "property.get",
    "property.set",
    "property.subscribe",
    "property.unsubscribe",
    "signal.subscribe",
    "signal.unsubscribe",
    "system.poweroff",
    "system.poweron",
)
"""Methods that every projector has."""

_ESSENTIAL: JsonObject = {
    "system.serialnumber": {"base": "string"},
    "system.state": {"base": "enum", "options": [*STATES]},
}
"""Properties that every projector has."""

_LISTS: Mapping[str, Callable[[JsonObject], Sized]] = {
    parts.BLOCKS: parts.readings,
    parts.COUNTERS: parts.counters,
    parts.NOTIFICATIONS: parts.notifications,
}
_COMMON = "_residential"
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class _Download:
    """The used parts of a download, with valid types."""

    state: str
    objects: list[str]
    properties: JsonObject
    methods: JsonObject
    values: JsonObject


def from_diagnostics(
    source: str | Path | Mapping[str, JsonValue],
    warn: Callable[[str], object] = lambda line: sys.stderr.write(f"{line}\n"),
) -> Model:
    """Return the projector that a diagnostics download describes.

    Args:
        source: The path of the file, its text, or its data.
        warn: Called with a line about ignored parts, if any. Default: write to stderr.

    Raises:
        ModelError: The file does not exist or is not a diagnostics download.
    """
    data = _described(source)
    download = _Download(
        state=str(data.get("state")),
        objects=texts(data.get("objects")),
        properties=_ESSENTIAL | _mapping(data.get("properties")),
        methods=_mapping(data.get("methods")),
        values=_mapping(data.get("values")),
    )
    for name, value in invented(json.dumps(data, sort_keys=True).encode()).items():
        recorded = download.values.get(name) or REDACTED
        if name in download.properties and REDACTED in str(recorded):
            download.values[name] = value
    model = _model(download)
    if left_out := _left_out(download, model):
        named = ", ".join(left_out[:_MOST_NAMED])
        more = len(left_out) - _MOST_NAMED
        rest = f" and {more} more" if more > 0 else ""
        warn(f"simulator: left out of the download: {named}{rest}")
    return model


def _described(source: str | Path | Mapping[str, JsonValue]) -> JsonObject:
    """Return the part of a download that describes the projector."""
    try:
        data = cleaned(dict(source) if isinstance(source, Mapping) else _parsed(source))
    except OSError as error:
        raise ModelError(f"{source}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise ModelError(f"the diagnostics download is not JSON: {error}") from error
    outer = _mapping(data)
    inner = _mapping(outer.get("data")) or outer
    if not (_mapping(inner.get("properties")) or _mapping(inner.get("values"))):
        raise ModelError("this is not a diagnostics download of a projector")
    return inner


def _parsed(source: str | Path) -> JsonValue:
    is_text = isinstance(source, str) and source.lstrip().startswith("{")
    text = str(source) if is_text else Path(source).read_text("utf-8-sig")
    data: JsonValue = json.loads(text)
    return data


def _model(download: _Download) -> Model:
    values, common = download.values, load_model(_COMMON)
    properties, methods = _properties(download, common), _methods(download, common)
    state = download.state if download.state in STATES else "ready"
    rungs = _rungs(values)
    sources = parts.sources(values, properties)
    return Model(
        name=str(values.get("system.modelname") or "unnamed"),
        description="from a diagnostics download",
        pin=None,
        users={},
        rungs=rungs,
        rests_in=state if state in rungs and state != "on" else "ready",
        durations=DURATIONS,
        quirks=_quirks(values, sources),
        exists=parts.exists(_objects(download), download.objects, state),
        follows=parts.follows(common.follows, properties, values, state),
        sources=sources,
        profiles={},
        blocks=parts.blocks(values, download.properties, properties),
        properties=properties,
        methods=methods,
        objects=frozenset(download.objects),
        notifications=parts.notifications(values),
        starts_in=state,
    )


def _properties(download: _Download, common: Model) -> dict[str, Property]:
    values = download.values
    counters = parts.counters(values)
    listed = {
        **{name: counter.value for name, counter in counters.items()},
        **{f"{block}.value": value for block, value in parts.readings(values).items()},
    }
    only_listed = parts.only_listed(values, download.properties)
    uncounted: JsonObject = {name: {"base": "int"} for name in counters}
    found = {}
    for name, description in (uncounted | download.properties).items():
        if name in only_listed:
            continue
        described = _mapping(description)
        recorded = values.get(name, listed.get(name))
        value_type = type_of(described, recorded)
        if value_type is None:
            continue
        unit = str(described.get("unit") or "") if name.startswith(STATISTICS) else ""
        similar = common.properties.get(name)
        bounds = similar.bounds if similar is not None else ()
        found[name] = Property(
            name=name,
            type=value_type,
            writable=described.get("writable") is True,
            initial=value_of(value_type, recorded),
            unit=counters[name].unit if name in counters else unit,
            bounds=bounds if download.properties.keys() >= set(bounds) else (),
        )
    return found


def _methods(download: _Download, common: Model) -> dict[str, Method]:
    builtin_methods = {**load_model("udx").methods, **common.methods}
    results = {
        name: value
        for name, value in download.values.items()
        if name not in download.properties
        and (
            name in builtin_methods
            or name.rpartition(".")[2].startswith(("get", "list"))
        )
    }
    found = {}
    for name in (*results, *download.methods):
        similar = builtin_methods.get(name, Method(name))
        params = _params(_mapping(download.methods.get(name)), similar.params)
        found[name] = Method(name, params, similar.returns, results.get(name))
    return found | {name: builtin_methods[name] for name in _BASICS}


def _params(described: JsonObject, similar: tuple[Member, ...]) -> tuple[Member, ...]:
    """Return the described parameters, completed from those of a similar method.

    A download contains "string" without options if the type is not known.
    """
    if not described:
        return similar
    usual = {member.name: member for member in similar}
    found = []
    for name, description in described.items():
        value_type = type_of(description) or ValueType("any")
        vague = value_type == ValueType("string") and name in usual
        found.append(usual[name] if vague else Member(name, value_type))
    return tuple(found)


def _rungs(values: JsonObject) -> tuple[str, ...]:
    return tuple(
        rung
        for rung in RUNGS
        if rung in ("ready", "on")
        or values.get(f"system.{rung}.available") is not False
    )


def _quirks(values: JsonObject, sources: Mapping[str, tuple[str, ...]]) -> JsonObject:
    """Return the quirks that follow from the download."""
    quirks: JsonObject = {}
    blocks = _mapping(values.get(parts.BLOCKS))
    if blocks and not any(name.startswith(ENVIRONMENT) for name in blocks):
        quirks["block_keys"] = "relative"
    selected = {object_name(c) for c in sources.get(str(values.get(SOURCE)), ())}
    if not selected.issuperset(parts.with_signal(values)):
        quirks["detects"] = "all"
    return quirks


def _objects(download: _Download) -> set[str]:
    """Return the top-level objects that do not always exist."""
    permanent = {name.partition(".")[0] for name in (*_BASICS, *_ESSENTIAL)}
    described = (*download.properties, *download.methods)
    return {name.partition(".")[0] for name in described if "." in name} - permanent


def _left_out(download: _Download, model: Model) -> list[str]:
    """Return the names of ignored parts."""
    names = {*download.properties, *download.values}
    readings = {f"{name}.value" for name in model.blocks}
    unused = sorted(names - {*model.properties, *model.methods, *readings})
    for name, read in _LISTS.items():
        listed = download.values.get(name)
        if isinstance(listed, list | dict) and len(read(download.values)) < len(listed):
            unused.append(f"a part of {name}")
    return unused


def _mapping(value: JsonValue) -> JsonObject:
    return value if isinstance(value, dict) else {}
