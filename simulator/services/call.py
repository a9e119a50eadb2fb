"""A call of a method."""

from collections.abc import Callable
from dataclasses import dataclass

from ..device import Device
from ..jsontypes import JsonObject, JsonValue
from ..model import Method
from ..rpc import wrong_type
from ..session import Session


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a method, with bound and type-checked parameters."""

    device: Device
    session: Session
    method: Method
    params: JsonObject

    @property
    def owner(self) -> str:
        """Return the object that has the method."""
        return self.method.name.rpartition(".")[0]

    def text(self, name: str) -> str:
        """Return a string parameter. RpcError if it is missing."""
        value = self.params.get(name)
        if not isinstance(value, str):
            raise wrong_type()
        return value

    def number(self, name: str, default: int | None = None) -> int:
        """Return an integer parameter. RpcError if it is missing."""
        value = self.params.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int):
            raise wrong_type()
        return value


type Handler = Callable[[Call], JsonValue]
