"""Share equal objects to save memory.

Projectors of the same model have the same description, which is large.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from weakref import WeakValueDictionary


class _Mapping(dict[str, Any]):
    """A dictionary that supports weak references; it must not be changed."""

    __slots__ = ("__weakref__",)


_mappings: WeakValueDictionary[int, _Mapping] = WeakValueDictionary()
_sets: WeakValueDictionary[int, frozenset[str]] = WeakValueDictionary()


def shared_mapping[T](mapping: Mapping[str, T]) -> Mapping[str, T]:
    """Return the shared mapping that equals this one in the same order; do not change it.

    Share the values first, because the lookup compares them by identity.
    """
    key = hash((*mapping, *map(id, mapping.values())))
    existing = _mappings.get(key)
    # Different mappings may have the same hash.
    if existing is None or existing != mapping:
        existing = _mappings[key] = _Mapping(mapping)
    return existing


def shared_set(names: Iterable[str]) -> frozenset[str]:
    """Return the shared set that equals this one."""
    new = frozenset(names)
    existing = _sets.get(hash(new))
    if existing != new:
        existing = _sets[hash(new)] = new
    return existing
