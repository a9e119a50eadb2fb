"""Methods of image.source.* and image.connector.*."""

from ..jsontypes import JsonValue
from ..picture import object_name
from ..rpc import method_not_found
from .call import Call, Handler


def list_sources(call: Call) -> JsonValue:
    """Return the names of the sources."""
    return list(call.device.inputs.sources)


def list_connectors(call: Call) -> JsonValue:
    """Return the names of all connectors, each once."""
    lists = call.device.model.sources.values()
    return list(dict.fromkeys(name for names in lists for name in names))


def list_source_connectors(call: Call) -> JsonValue:
    """Return the connectors of a source with their positions in the picture."""
    for source, connectors in call.device.model.sources.items():
        if call.owner == f"image.source.{object_name(source)}":
            return [
                {"name": name, "gridposition": {"row": 0, "column": at, "plane": 0}}
                for at, name in enumerate(connectors)
            ]
    raise method_not_found(call.method.name)


METHODS: dict[str, Handler] = {
    "image.source.list": list_sources,
    "image.connector.list": list_connectors,
    "image.source.*.listconnectors": list_source_connectors,
}
