"""authenticate and its successors."""

from ..jsontypes import JsonValue
from ..rpc import NO_PERMISSION, PERMISSION_TEXT, RpcError, wrong_type
from .call import Call, Handler


def authenticate(call: Call) -> JsonValue:
    """Check a PIN, in the JSON type that this projector takes."""
    code, style = call.params.get("code"), call.device.style
    wanted = {"int": int, "string": str, "both": int | str}[style.pin_type]
    if isinstance(code, bool) or not isinstance(code, wanted):
        raise wrong_type()
    if call.device.pin is not None and not _same_pin(code, call.device.pin):
        return _refuse(call)
    call.session.authenticated = True
    return True if style.auth_success == "true" else "END_USER"


def login(call: Call) -> JsonValue:
    """Log in; whatever carries the PIN as text is a way in."""
    given = call.params.values()
    if call.device.pin is not None and call.device.pin not in given:
        raise RpcError(NO_PERMISSION, PERMISSION_TEXT["short"])
    call.session.authenticated = True
    return True


def logout(call: Call) -> JsonValue:
    """Give the rights back; the signal goes to this session alone."""
    call.session.authenticated = False
    call.session.queue_signal("loggedout", {"reason": "Request"})
    call.device.schedule_flush()
    return None


def _same_pin(code: JsonValue, pin: str) -> bool:
    # A number has no leading zeros to compare.
    return code == pin if isinstance(code, str) else code == int(pin)


def _refuse(call: Call) -> JsonValue:
    style = call.device.style
    if style.wrong_pin == "error":
        raise RpcError(style.wrong_pin_code, "Authentication failed")
    answers: dict[str, JsonValue] = {"false": False, "null": None, "empty": ""}
    return answers[style.wrong_pin]


METHODS: dict[str, Handler] = {
    "authenticate": authenticate,
    "login": login,
    "login_basic": login,
    "login_code": login,
    "login_token": login,
    "logout": logout,
}
