"""Values, and the objects that come and go with the power state."""

import pytest

from simulator import JsonValue, load_model
from simulator.store import Store, same, within

INT: JsonValue = {"type": "int", "access": "rw", "value": 3}
MODEL = load_model(
    {
        "exists": {"image": ["ready", "on"]},
        "properties": {"image.a": INT, "imagery.a": INT, "system.a": INT},
    }
)


def test_objects_come_and_go() -> None:
    """Entering a state tells what appeared and what vanished."""
    store = Store(MODEL)
    assert store.enter("standby") == ([], [])
    assert store.enter("ready") == (["image"], [])
    assert store.enter("on") == ([], [])
    assert store.enter("standby") == ([], ["image"])


def test_absent_is_not_forgotten() -> None:
    """A value is kept while its object is away."""
    store = Store(MODEL)
    store.enter("on")
    assert store.put("image.a", 7)
    store.enter("standby")
    with pytest.raises(KeyError, match=r"image\.a"):
        store.get("image.a")
    assert store.kept("image.a") == 7
    assert store.get("imagery.a") == 3
    store.enter("on")
    assert store.get("image.a") == 7


def test_unknown_names() -> None:
    """What is not in the model is nowhere."""
    store = Store(MODEL)
    store.enter("on")
    assert store.kept("image.b") is None
    with pytest.raises(KeyError):
        store.get("image.b")


def test_only_differences_count() -> None:
    """The same value again is no change; true is not 1."""
    store = Store(MODEL)
    assert not store.put("system.a", 3)
    assert store.put("system.a", 4)
    assert not same(True, 1)
    assert same(1, 1.0)


def test_within() -> None:
    """Dotted names end at dots."""
    assert within("image.a", "image")
    assert within("image", "image")
    assert not within("imagery.a", "image")
