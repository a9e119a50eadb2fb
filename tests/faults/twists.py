"""What is done to honest answers."""

from collections.abc import Callable, Iterable, Mapping
from random import Random
from typing import Any

from .hostile import Twist
from .oddities import ODDITIES, SAFE


def each(value: Any, *, spared: Iterable[str] = ()) -> Twist:
    """Answer this, to whatever is asked, but for who it is."""
    spared = {*SAFE, *spared}

    def twist(params: Any, honest: Any) -> Any:
        names = params.get("property") if isinstance(params, dict) else None
        if isinstance(names, str):
            return honest if names in spared else value
        if isinstance(names, list):
            return {
                name: honest.get(name) if name in spared else value for name in names
            }
        return value

    return twist


def random(seed: int, share: float) -> Twist:
    """Replace a share of all values, however deep, at random."""
    dice = Random(seed)

    def spoilt(value: Any, name: str = "") -> Any:
        if name in SAFE:
            return value
        if dice.random() < share:
            return dice.choice(ODDITIES)
        if isinstance(value, dict):
            return {key: spoilt(part, key) for key, part in value.items()}
        if isinstance(value, list):
            return [spoilt(part) for part in value]
        return value

    def twist(params: Any, honest: Any) -> Any:
        names = params.get("property") if isinstance(params, dict) else None
        spared = isinstance(names, str) and names in SAFE
        return honest if spared or honest is None else spoilt(honest)

    return twist


def values(told: Mapping[str, Any]) -> Twist:
    """Answer these values, and honestly all others."""

    def twist(params: Any, honest: Any) -> Any:
        names = params["property"]
        if isinstance(names, str):
            return told.get(names, honest)
        return {**honest, **{name: told[name] for name in names if name in told}}

    return twist


def always(result: Any) -> Twist:
    """Answer this."""
    return lambda params, honest: result


# Introspection


def described(change: Callable[[Any, str], Any]) -> Mapping[str, Twist]:
    """Change each description of an object; given it, and its name."""
    return {"introspect": lambda params, honest: change(honest or {}, params["object"])}


def more(top: str, **members: Any) -> Mapping[str, Twist]:
    """Tell more members of one top-level object."""

    def change(told: Any, name: str) -> Any:
        if name != top:
            return told
        return {
            **told,
            **{kind: [*told.get(kind, ()), *members[kind]] for kind in members},
        }

    return described(change)


def each_type(kind: Any) -> Mapping[str, Twist]:
    """Let every property be of this type."""

    def change(told: Any, name: str) -> Any:
        if isinstance(told, list):
            return [change(part, name) for part in told]
        if not isinstance(told, dict):
            return told
        properties = [{**one, "type": kind} for one in told.get("properties", ())]
        return {
            **told,
            "properties": properties,
            "objects": change(told.get("objects"), name),
        }

    return described(change)


def floats(names: Iterable[str]) -> list[Any]:
    """Return properties as introspection tells them."""
    return [
        {"name": name, "type": {"base": "float"}, "access": "READ"} for name in names
    ]


def inside_itself(told: Any, name: str) -> Any:
    """Describe an object that holds itself, and so on."""
    inner: Any = {"name": name, "properties": floats(["value"])}
    for _ in range(300):
        inner = {"name": name, "properties": floats(["value"]), "objects": [inner]}
    return {**told, "objects": [inner, {"name": name}, *told.get("objects", ())]}


def signals(value: Any) -> Twist:
    """Let every connector tell this of its signal."""

    def twist(params: Any, honest: Any) -> Any:
        names = params["property"]
        if isinstance(names, list):
            return {
                **honest,
                **{n: value for n in names if n.endswith("detectedsignal")},
            }
        return value if names.endswith("detectedsignal") else honest

    return twist
