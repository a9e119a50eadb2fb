"""Functions that change a response."""

from collections.abc import Callable, Iterable, Mapping
from random import Random
from typing import Any

from .invalid_values import INVALID_VALUES, SAFE
from .malformed_projector import Mutator


def each(value: Any, *, spared: Iterable[str] = ()) -> Mutator:
    """Return `value` for each property, except the identity and `spared`."""
    spared = {*SAFE, *spared}

    def mutate(params: Any, original: Any) -> Any:
        names = params.get("property") if isinstance(params, dict) else None
        if isinstance(names, str):
            return original if names in spared else value
        if isinstance(names, list):
            return {
                name: original.get(name) if name in spared else value for name in names
            }
        return value

    return mutate


def random(seed: int, share: float) -> Mutator:
    """Replace a share of all nested values at random."""
    dice = Random(seed)

    def replace_some(value: Any, name: str = "") -> Any:
        if name in SAFE:
            return value
        if dice.random() < share:
            return dice.choice(INVALID_VALUES)
        if isinstance(value, dict):
            return {key: replace_some(part, key) for key, part in value.items()}
        if isinstance(value, list):
            return [replace_some(part) for part in value]
        return value

    def mutate(params: Any, original: Any) -> Any:
        names = params.get("property") if isinstance(params, dict) else None
        spared = isinstance(names, str) and names in SAFE
        return original if spared or original is None else replace_some(original)

    return mutate


def values(replaced: Mapping[str, Any]) -> Mutator:
    """Replace the values of these properties."""

    def mutate(params: Any, original: Any) -> Any:
        names = params["property"]
        if isinstance(names, str):
            return replaced.get(names, original)
        return {
            **original,
            **{name: replaced[name] for name in names if name in replaced},
        }

    return mutate


def always(result: Any) -> Mutator:
    """Replace the result."""
    return lambda params, original: result


# Introspection


def described(change: Callable[[Any, str], Any]) -> Mapping[str, Mutator]:
    """Change the description of each object; `change` gets it and its name."""
    return {
        "introspect": lambda params, original: change(original or {}, params["object"])
    }


def more(top: str, **members: Any) -> Mapping[str, Mutator]:
    """Add members to one top-level object."""

    def change(description: Any, name: str) -> Any:
        if name != top:
            return description
        return {
            **description,
            **{
                member: [*description.get(member, ()), *members[member]]
                for member in members
            },
        }

    return described(change)


def each_type(member: Any) -> Mapping[str, Mutator]:
    """Replace the type of each property."""

    def change(description: Any, name: str) -> Any:
        if isinstance(description, list):
            return [change(part, name) for part in description]
        if not isinstance(description, dict):
            return description
        properties = [
            {**one, "type": member} for one in description.get("properties", ())
        ]
        return {
            **description,
            "properties": properties,
            "objects": change(description.get("objects"), name),
        }

    return described(change)


def floats(names: Iterable[str]) -> list[Any]:
    """Return descriptions of float properties."""
    return [
        {"name": name, "type": {"base": "float"}, "access": "READ"} for name in names
    ]


def inside_itself(description: Any, name: str) -> Any:
    """Add to an object a child that contains itself."""
    inner: Any = {"name": name, "properties": floats(["value"])}
    for _ in range(300):
        inner = {"name": name, "properties": floats(["value"]), "objects": [inner]}
    return {
        **description,
        "objects": [inner, {"name": name}, *description.get("objects", ())],
    }


def signals(value: Any) -> Mutator:
    """Replace the detected signal of each connector."""

    def mutate(params: Any, original: Any) -> Any:
        names = params["property"]
        if isinstance(names, list):
            return {
                **original,
                **{n: value for n in names if n.endswith("detectedsignal")},
            }
        return value if names.endswith("detectedsignal") else original

    return mutate
