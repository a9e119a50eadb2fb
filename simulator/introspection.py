"""Introspection: descriptions of objects in each known form."""

from collections.abc import Callable, Iterable, Mapping

from .jsontypes import JsonObject, JsonValue
from .model import Method, Model, Property
from .quirks import Quirks
from .values import Member, ValueType

_PADDING: JsonObject = {
    "type": {"base": "float", "min": 0, "max": 1, "precision": 0.01},
    "access": "READ",
    "description": "",
}


class Tree:
    """The tree of objects, from the dotted names of their members."""

    def __init__(self, model: Model) -> None:
        """Build the tree of a model."""
        self._properties = _by_owner(model.properties)
        self._methods = _by_owner(model.methods)
        self._signals = _by_owner(model.signals)
        self._model = model
        owners = {*self._properties, *self._methods, *self._signals, *model.objects}
        self._children: dict[str, set[str]] = {"": set()}
        for owner in owners:
            self._add(owner)

    def _add(self, name: str) -> None:
        self._children.setdefault(name, set())
        if name:
            parent = name.rpartition(".")[0]
            self._add(parent)
            self._children[parent].add(name)

    def knows(self, name: str) -> bool:
        """Return whether the model has this object."""
        return name in self._children

    def describe(
        self,
        name: str,
        recursive: bool,
        present: Callable[[str], bool],
        quirks: Quirks,
    ) -> JsonObject:
        """Return the description of an object and of its children.

        `present` returns whether a name exists now for the session.
        """
        result: JsonObject = {quirks.name_key: name}
        if recursive or quirks.shallow == "members":
            result |= self._members(name, present, quirks)
        children = sorted(filter(present, self._children[name]))
        result["objects"] = [
            self.describe(child, True, present, quirks)
            if recursive
            else {"name": child}
            for child in children
        ]
        return result

    def _members(
        self, name: str, present: Callable[[str], bool], quirks: Quirks
    ) -> JsonObject:
        properties = filter(present, self._properties.get(name, ()))
        methods = filter(present, self._methods.get(name, ()))
        signals = filter(present, self._signals.get(name, ()))
        padding = quirks.padding if name and "." not in name else 0
        return {
            "properties": [
                *({"name": f"x{number}", **_PADDING} for number in range(padding)),
                *(
                    _property_entry(self._model.properties[full], quirks)
                    for full in properties
                ),
            ],
            "methods": [
                _method_entry(self._model.methods[full], quirks) for full in methods
            ],
            "signals": [
                {
                    "name": _last(full),
                    "params": _members_list(self._model.signals[full], quirks),
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


def _property_entry(prop: Property, quirks: Quirks) -> JsonObject:
    entry: JsonObject = {
        "name": _last(prop.name),
        "type": _type_entry(prop.type, quirks),
    }
    if quirks.access_form != "absent":
        entry["access"] = "READ_WRITE" if prop.writable else quirks.access_form
    entry["description"] = prop.description
    return entry


def _method_entry(method: Method, quirks: Quirks) -> JsonObject:
    entry: JsonObject = {
        "name": _last(method.name),
        "params": _members_list(method.params, quirks),
    }
    if method.returns:
        entry["returns"] = method.returns
    return entry


def _members_list(members: Iterable[Member], quirks: Quirks) -> list[JsonValue]:
    return [
        {"name": member.name, "type": _type_entry(member.type, quirks)}
        for member in members
    ]


def _type_entry(value_type: ValueType, quirks: Quirks) -> JsonValue:
    if value_type.array and quirks.array_form == "items":
        element = ValueType(
            value_type.base, values=value_type.values, members=value_type.members
        )
        return {"base": "array", "items": _type_entry(element, quirks)}
    entry: JsonObject = {"base": value_type.name}
    if quirks.constraints:
        entry |= _constraints(value_type)
    if value_type.values and quirks.enum_form != "absent":
        entry |= _enum_entry(value_type.values, quirks)
    if value_type.members:
        entry["members"] = _members_list(value_type.members, quirks)
    if quirks.hints and value_type.base in ("int", "float"):
        entry["hints"] = _hints(value_type.base)
    return (
        value_type.name if quirks.type_form == "string" and len(entry) == 1 else entry
    )


def _constraints(value_type: ValueType) -> JsonObject:
    named = {
        "min": value_type.minimum,
        "max": value_type.maximum,
        "step-size": value_type.step,
        "precision": value_type.precision,
    }
    return {name: value for name, value in named.items() if value is not None}


def _enum_entry(values: Iterable[str], quirks: Quirks) -> JsonObject:
    if quirks.enum_form == "objects":
        return {"values": [{"name": v, "value": n} for n, v in enumerate(values)]}
    return {quirks.enum_form: list(values)}


def _hints(base: str) -> JsonObject:
    return {"signed": True, "bitwidth": 32} if base == "int" else {"bitwidth": 64}
