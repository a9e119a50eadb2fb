"""Handle requests."""

from .access import check
from .device import Device
from .jsontypes import JsonObject, JsonValue
from .rpc import RpcError, bind, error_reply, method_not_found, reply
from .services import HANDLERS, Call
from .session import Session


def answer(device: Device, session: Session, request: JsonObject) -> JsonObject | None:
    """Handle a request; return the reply, None for none."""
    request_id = request.get("id")
    try:
        result = _perform(device, session, request)
        message = reply(request_id, result, device.quirks)
    except RpcError as error:
        message = error_reply(request_id, error, device.quirks)
    if "id" not in request and not device.quirks.answers_without_id:
        return None
    return message


def _perform(device: Device, session: Session, request: JsonObject) -> JsonValue:
    name = str(request["method"])
    method = device.model.methods.get(name)
    if method is None or name in device.quirks.absent_methods:
        raise method_not_found(name)
    check(name, session, device.protected, device.quirks)
    device.check_settled(name)
    if not device.store.present(name):
        raise method_not_found(name)
    params = bind(method.params, request.get("params"))
    handler = HANDLERS.find(name)
    if handler is None:
        return method.result
    return handler(Call(device, session, method, params))
