"""Read values that change all the time, and are therefore not subscribed."""

from collections.abc import Mapping, Set as AbstractSet

from ..const import MEASURING_METHODS, is_polled
from ..json_types import JsonValue
from .optional_requests import OptionalRequests
from .projector_schema import ProjectorSchema
from .property_cache import PropertyCache


class PolledValues:
    """The values of polled properties and of methods that measure."""

    def __init__(
        self, requests: OptionalRequests, schema: ProjectorSchema, cache: PropertyCache
    ) -> None:
        """Start without any; measure with `requests`, read properties with `cache`."""
        self._requests = requests
        self._schema = schema
        self._cache = cache
        self.values: Mapping[str, JsonValue] = {}

    async def read(self, names: AbstractSet[str]) -> None:
        """Read the polled ones of `names`; drop all other values.

        Values that a busy projector does not answer stay. Raises PulseError if the
        connection fails.
        """
        polled = {
            name
            for name in names
            if is_polled(name) and self._schema.has_property(name)
        }
        values = await self._cache.get(polled)
        for method in names & MEASURING_METHODS & self._schema.methods.keys():
            if (result := await self._requests.request(method)) is not None:
                values[method] = result
        incomplete = self._requests.incomplete or self._cache.incomplete
        self.values = {**self.values, **values} if incomplete else values
