"""Keep only one of several equal things, for as long as anybody uses it.

Projectors of one model and firmware describe themselves alike, and a description is
large.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from weakref import WeakValueDictionary


class _Mapping(dict[str, Any]):
    """A dictionary that a weak reference can point to. Nobody alters it."""

    __slots__ = ("__weakref__",)


_mappings: WeakValueDictionary[int, _Mapping] = WeakValueDictionary()
_sets: WeakValueDictionary[int, frozenset[str]] = WeakValueDictionary()


def shared_mapping[T](mapping: Mapping[str, T]) -> Mapping[str, T]:
    """Return the one mapping that equals this one, in the same order. Do not alter it.

    Its values have to be shared themselves: they are compared by identity first.
    """
    key = hash((*mapping, *map(id, mapping.values())))
    known = _mappings.get(key)
    # The hash may be the same by chance, so look.
    if known is None or known != mapping:
        known = _mappings[key] = _Mapping(mapping)
    return known


def shared_set(names: Iterable[str]) -> frozenset[str]:
    """Return the one set that equals this one."""
    wanted = frozenset(names)
    known = _sets.get(hash(wanted))
    if known != wanted:
        known = _sets[hash(wanted)] = wanted
    return known
