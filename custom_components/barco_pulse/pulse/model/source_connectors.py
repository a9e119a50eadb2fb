"""Find out which connectors feed a source."""

from collections.abc import Mapping

from ..json_types import as_list
from ..sanitize import is_displayable
from .optional_requests import OptionalRequests
from .projector_schema import ProjectorSchema, to_object_name

MAX_CONNECTORS = 50
"""Limit of connectors of a source, and of remembered sources."""


class SourceConnectors:
    """The connectors that the projector lists for each source."""

    def __init__(self, requests: OptionalRequests, schema: ProjectorSchema) -> None:
        """Start without any; list connectors with `requests`."""
        self._requests = requests
        self._schema = schema
        self._by_source: dict[str, tuple[str, ...]] = {}
        self._guessed: set[str] = set()  # sources without listed connectors

    async def find(self, source: str) -> tuple[str, ...]:
        """Return the object names of the connectors that feed `source`.

        If the projector lists none, the source counts as its own connector. Raises
        PulseError if the connection fails.
        """
        if source in self._by_source:
            return self._by_source[source]
        object_name = to_object_name(source)
        entries = as_list(await self._requests.request(_list_method(source)))
        names = (e.get("name") if isinstance(e, Mapping) else e for e in entries)
        answered = [
            to_object_name(n) for n in names if isinstance(n, str) and is_displayable(n)
        ]
        connectors = tuple(dict.fromkeys(answered[:MAX_CONNECTORS]))
        if not self._requests.incomplete:
            if len(self._by_source) >= MAX_CONNECTORS:
                self.clear()
                self._guessed.clear()
            self._by_source[source] = connectors or (object_name,)
            if not connectors:
                self._guessed.add(source)
        return connectors or (object_name,)

    def clear(self) -> None:
        """List the connectors of all sources again."""
        self._by_source.clear()

    def drop_guesses(self) -> None:
        """List connectors again that the projector did not list, but may list."""
        for source in self._guessed:
            if self._schema.may_exist(_list_method(source)):
                self._by_source.pop(source, None)
        self._guessed.clear()


def _list_method(source: str) -> str:
    """Return the method that lists the connectors of a source."""
    return f"image.source.{to_object_name(source)}.listconnectors"
