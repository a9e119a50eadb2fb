"""What a projector tells about its own objects, in each of the possible spellings."""

from collections.abc import Callable, Iterable, Mapping

from .jsontypes import JsonObject, JsonValue
from .model import Method, Model, Property
from .personality import Personality
from .values import Member, ValueType

_PADDING: JsonObject = {
    "type": {"base": "float", "min": 0, "max": 1, "precision": 0.01},
    "access": "READ",
    "description": "",
}


class Tree:
    """The objects of a model, found in the dotted names of what they hold."""

    def __init__(self, model: Model) -> None:
        """Sort properties, methods and signals into their objects."""
        self._properties = _by_owner(model.properties)
        self._methods = _by_owner(model.methods)
        self._signals = _by_owner(model.signals)
        self._model = model
        owners = {*self._properties, *self._methods, *self._signals, *model.objects}
        self._children: dict[str, set[str]] = {"": set()}
        for owner in owners:
            self._adopt(owner)

    def _adopt(self, name: str) -> None:
        self._children.setdefault(name, set())
        if name:
            parent = name.rpartition(".")[0]
            self._adopt(parent)
            self._children[parent].add(name)

    def knows(self, name: str) -> bool:
        """Tell whether there is such an object in the model."""
        return name in self._children

    def describe(
        self,
        name: str,
        recursive: bool,
        present: Callable[[str], bool],
        style: Personality,
    ) -> JsonObject:
        """Return the description of an object, with those of its children.

        `present` tells which names exist now for the session that asks.
        """
        result: JsonObject = {style.name_key: name}
        if recursive or style.shallow == "members":
            result |= self._members(name, present, style)
        children = sorted(filter(present, self._children[name]))
        result["objects"] = [
            self.describe(child, True, present, style) if recursive else {"name": child}
            for child in children
        ]
        return result

    def _members(
        self, name: str, present: Callable[[str], bool], style: Personality
    ) -> JsonObject:
        properties = filter(present, self._properties.get(name, ()))
        methods = filter(present, self._methods.get(name, ()))
        signals = filter(present, self._signals.get(name, ()))
        padding = style.padding if name and "." not in name else 0
        return {
            "properties": [
                *({"name": f"x{number}", **_PADDING} for number in range(padding)),
                *(
                    _property_entry(self._model.properties[full], style)
                    for full in properties
                ),
            ],
            "methods": [
                _method_entry(self._model.methods[full], style) for full in methods
            ],
            "signals": [
                {
                    "name": _last(full),
                    "params": _members_list(self._model.signals[full], style),
                }
                for full in signals
            ],
        }


def _by_owner(names: Iterable[str]) -> Mapping[str, list[str]]:
    owners: dict[str, list[str]] = {}
    for name in names:
        owners.setdefault(name.rpartition(".")[0], []).append(name)
    return owners


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def _property_entry(prop: Property, style: Personality) -> JsonObject:
    entry: JsonObject = {
        "name": _last(prop.name),
        "type": _type_entry(prop.type, style),
    }
    if style.access_form != "absent":
        entry["access"] = "READ_WRITE" if prop.writable else style.access_form
    entry["description"] = prop.description
    return entry


def _method_entry(method: Method, style: Personality) -> JsonObject:
    entry: JsonObject = {
        "name": _last(method.name),
        "params": _members_list(method.params, style),
    }
    if method.returns:
        entry["returns"] = method.returns
    return entry


def _members_list(members: Iterable[Member], style: Personality) -> list[JsonValue]:
    return [
        {"name": member.name, "type": _type_entry(member.type, style)}
        for member in members
    ]


def _type_entry(kind: ValueType, style: Personality) -> JsonValue:
    if kind.array and style.array_form == "items":
        element = ValueType(kind.base, values=kind.values, members=kind.members)
        return {"base": "array", "items": _type_entry(element, style)}
    entry: JsonObject = {"base": kind.name}
    if style.constraints:
        entry |= _constraints(kind)
    if kind.values and style.enum_form != "absent":
        entry |= _enum_entry(kind.values, style)
    if kind.members:
        entry["members"] = _members_list(kind.members, style)
    if style.hints and kind.base in ("int", "float"):
        entry["hints"] = _hints(kind.base)
    return kind.name if style.type_form == "string" and len(entry) == 1 else entry


def _constraints(kind: ValueType) -> JsonObject:
    named = {
        "min": kind.minimum,
        "max": kind.maximum,
        "step-size": kind.step,
        "precision": kind.precision,
    }
    return {name: value for name, value in named.items() if value is not None}


def _enum_entry(values: Iterable[str], style: Personality) -> JsonObject:
    if style.enum_form == "objects":
        return {"values": [{"name": v, "value": n} for n, v in enumerate(values)]}
    return {style.enum_form: list(values)}


def _hints(base: str) -> JsonObject:
    return {"signed": True, "bitwidth": 32} if base == "int" else {"bitwidth": 64}
