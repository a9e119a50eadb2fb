"""Read properties, and learn which names do not exist."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
import logging
from typing import TypeGuard

from ..const import SOURCE, STATE, TARGET_STATE
from ..exceptions import (
    PulseInvalidStateError,
    PulsePermissionError,
    PulseProtocolError,
    PulseRpcError,
)
from ..json_types import JsonObject, JsonValue
from ..sanitize import limit_size
from .missing_names import ALWAYS_PRESENT, MissingNames
from .optional_requests import Request

_LOGGER = logging.getLogger(__name__)

_ESSENTIAL = frozenset({STATE, TARGET_STATE, SOURCE}) | ALWAYS_PRESENT
"""Properties to read individually while the projector is too busy for more."""


class PropertyReader:
    """Reads several properties with one request, or individually if that fails."""

    def __init__(
        self, request: Request, missing: MissingNames, known: Mapping[str, JsonValue]
    ) -> None:
        """Send requests with `request(method, params)`, which raises PulseError.

        Names that do not exist are added to `missing`, and are not read again. `known`
        has the last known values, which show that a name exists.
        """
        self._request = request
        self._missing = missing
        self._known = known
        self.incomplete = False
        """True if the projector was too busy to answer everything."""

    def names_to_read(self, names: Iterable[str]) -> list[str]:
        """Return the properties that `get` will read: those not known to be missing."""
        missing = self._missing.names(self._known.get(STATE))
        return sorted(name for name in names if name not in missing)

    async def get(self, names: Iterable[str]) -> dict[str, JsonValue]:
        """Read properties with one request; return those that have a value.

        If one missing name makes the request fail, each property is read individually
        once, and missing names are not read again (see `MissingNames`). Raises
        PulsePermissionError if not even the power state may be read.
        """
        names_to_read = self.names_to_read(names)
        if not names_to_read:
            return {}
        try:
            result = await self._request("property.get", {"property": names_to_read})
        except PulseRpcError as error:
            self.on_refusal("property.get", error)
            result = await self._get_after(error, names_to_read)
        else:
            self._record_omitted(names_to_read, result)
        if not isinstance(result, Mapping):
            raise PulseProtocolError("property.get of a list must answer an object")
        return {
            name: value
            for name in names_to_read
            if (value := limit_size(result.get(name))) is not None
        }

    def _record_omitted(self, names_to_read: Iterable[str], result: JsonValue) -> None:
        if isinstance(result, Mapping) and result:
            missing = {name for name in names_to_read if name not in result}
            # A property that had a value may return at any time.
            self._missing.pass_over(missing & self._known.keys())
            state = result.get(STATE, self._known.get(STATE))
            self._missing.record(missing - self._known.keys(), state)

    async def _get_after(
        self, refusal: PulseRpcError, names: Sequence[str]
    ) -> JsonObject:
        """Read properties individually after the request for all of them failed.

        If the projector refuses even its power state and serial number, as while it
        boots, stop there: other names that it refuses may exist.
        """
        if self.incomplete:
            # Read only the essential properties to avoid many requests; the rest follows.
            first = [name for name in names if name in _ESSENTIAL]
        else:
            first = [name for name in names if name in ALWAYS_PRESENT] or [STATE]
        answers = await self._get_individually(first)
        if not any(map(_is_value, answers.values())):
            if isinstance(refusal, PulsePermissionError):
                raise refusal
        elif not self.incomplete:
            answers |= await self._get_individually(
                [n for n in names if n not in answers]
            )
            self._record_refused(answers)
        return {name: answer for name, answer in answers.items() if _is_value(answer)}

    async def _get_individually(
        self, names: Sequence[str]
    ) -> dict[str, JsonValue | PulseRpcError]:
        answers = await asyncio.gather(*map(self._get_single, names))
        return dict(zip(names, answers, strict=True))

    def _record_refused(self, answers: Mapping[str, JsonValue | PulseRpcError]) -> None:
        if self.incomplete:
            return
        missing = {
            name
            for name, answer in answers.items()
            if isinstance(answer, PulseInvalidStateError) and answer.not_found
        }
        state = answers.get(STATE)
        if not isinstance(state, str):
            state = self._known.get(STATE)
        self._missing.fails_together |= bool(missing)
        self._missing.record(missing, state)
        self._missing.pass_over(
            n for n, answer in answers.items() if not _is_value(answer)
        )

    async def _get_single(self, name: str) -> JsonValue | PulseRpcError:
        try:
            return await self._request("property.get", {"property": name})
        except PulseRpcError as error:
            self.on_refusal(name, error)
            return error

    def on_refusal(self, request: str, error: PulseRpcError) -> None:
        """Log a refusal, and record whether the projector was only too busy."""
        _LOGGER.debug("%s: %s", request, error)
        if isinstance(error, PulseInvalidStateError) and not error.not_found:
            self.incomplete = True


def _is_value(answer: JsonValue | PulseRpcError) -> TypeGuard[JsonValue]:
    """Return True if the answer to reading one property is its value."""
    return answer is not None and not isinstance(answer, PulseRpcError)
