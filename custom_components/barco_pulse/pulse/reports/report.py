"""Report everything about a projector for a bug report, without private data.

The simulator reads the sections and their members by these names.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from itertools import islice
from typing import Any, Final

from ..const import ACTIVE_CONNECTOR, PENDING
from ..exceptions import PulseError, PulseRpcError
from ..json_types import JsonObject, JsonValue
from ..projector import Projector
from ..sanitize import limit_size
from ..snapshot import Snapshot
from .redaction import Redactor

_DERIVED_PREFIXES: Final = (ACTIVE_CONNECTOR, "power.", PENDING)
_READ_TIMEOUT: Final = 30  # seconds
_MAX_REFUSED: Final = 300
"""Entries of the section "refused"."""
_MISSING: Final = "refused or left out earlier, not read again"


async def build_report(
    projector: Projector, extra: Mapping[str, JsonValue] | None = None
) -> dict[str, Any]:
    """Return everything about the projector, with private data redacted.

    Reads what was not read before, for at most 30 s, and never raises PulseError: what
    was not answered is missing, and listed in the section "refused". `extra` has more
    sections to redact with the others: members by name, or a list.
    """
    survey = _Survey()
    outcome = await survey.read(projector)
    snapshot, identity = projector.snapshot, projector.identity
    values = {**snapshot.values, **survey.answered}
    sections: dict[str, JsonValue] = {
        **(extra or {}),
        "identity": asdict(identity) if identity else {},
        "values": dict(_without_derived(values)),
        "remembered": dict(snapshot.last_known),
    }
    named = {n: s for n, s in sections.items() if isinstance(s, Mapping)}
    redactor = Redactor(
        identity.model if identity else None, projector.private, *named.values()
    )
    described: JsonObject = {
        "refused": survey.refusals(projector.missing - values.keys()),
        **_description(snapshot),
        "subscribed": sorted(projector.subscribed),
    }
    others: JsonObject = {
        "connection": _connection(projector, snapshot, outcome),
        **{name: s for name, s in sections.items() if name not in named},
        "errors": [" ".join(error) for error in projector.errors],
    }
    redacted: dict[str, Any] = {}
    for name, members in named.items():
        redacted[name] = redactor.redact_mapping(members)
        await asyncio.sleep(0)  # the event loop has other work as well
    for name, section in others.items():
        redacted[name] = redactor.redact(section)
    for name, section in described.items():
        await asyncio.sleep(0)
        redacted[name] = redactor.redact_description(section)
    return redacted


class _Survey:
    """Collects answers and refusals while everything is read."""

    def __init__(self) -> None:
        """Have read nothing yet."""
        self.answered: dict[str, JsonValue] = {}
        self._refused: dict[str, str] = {}

    async def read(self, projector: Projector) -> str:
        """Read also what no entity shows; return "complete", or why it ended early."""
        try:
            async with asyncio.timeout(_READ_TIMEOUT):
                self.answered = await projector.read_everything(self._note)
        except (PulseError, TimeoutError) as error:
            return repr(error)
        return "complete"

    def _note(
        self, method: str, params: JsonValue, answer: JsonValue | PulseError
    ) -> None:
        """Take the answer to one request, or its error."""
        members = params if isinstance(params, Mapping) else {}
        asked = members.get("property", members.get("object"))
        several = isinstance(asked, list)
        is_read = method == "property.get"
        for name in asked if isinstance(asked, list) else [asked]:
            label = str(name) if is_read else f"{method} {name or ''}".rstrip()
            if isinstance(answer, PulseError):
                self._refused[label] = _explain(answer)
                continue
            self._refused.pop(label, None)
            if not is_read:
                value = answer if asked is None else None
            elif several:
                value = answer.get(label) if isinstance(answer, Mapping) else None
            else:
                value = answer
            if (value := limit_size(value)) is not None:
                self.answered[label] = value

    def refusals(self, missing: Iterable[str]) -> dict[str, str]:
        """Return the refused requests with their errors, and names refused earlier."""
        earlier = dict.fromkeys(missing, _MISSING)
        found = (*sorted(self._refused.items()), *sorted(earlier.items()))
        return dict(islice(found, _MAX_REFUSED))


def _explain(error: PulseError) -> str:
    """Return an error with the code that the projector gave it, if any."""
    code = error.code if isinstance(error, PulseRpcError) else None
    return repr(error) if code is None else f"{error!r}, code {code}"


def _connection(projector: Projector, snapshot: Snapshot, survey: str) -> JsonObject:
    return {
        "reachable": snapshot.reachable,
        "error": repr(snapshot.error) if snapshot.error else None,
        "framing": projector.framing,
        "counters": dict(projector.counters),
        "dropped": projector.dropped,
        "survey": survey,
        "asleep": snapshot.asleep,
        "pin_refused": snapshot.pin_refused,
        "control_refused": snapshot.control_denied,
        "phase": snapshot.phase,
    }


def _description(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "state": snapshot.state,
        "objects": sorted(snapshot.objects),
        "properties": {
            n: property_type.as_json()
            for n, property_type in _without_derived(snapshot.properties)
        },
        "methods": {
            method: {
                name: property_type.as_json()
                for name, property_type in parameters.items()
            }
            for method, parameters in _without_derived(snapshot.methods)
        },
    }


def _without_derived[T](items: Mapping[str, T]) -> Iterable[tuple[str, T]]:
    """Leave out names that this client made up."""
    return (
        (name, item)
        for name, item in items.items()
        if not name.startswith(_DERIVED_PREFIXES)
    )
