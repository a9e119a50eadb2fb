"""authenticate and its successors."""

from ..jsontypes import JsonValue
from ..rpc import NO_PERMISSION, PERMISSION_TEXT, RpcError, wrong_type
from .call import Call, Handler


def authenticate(call: Call) -> JsonValue:
    """Check a user's password, or a PIN in the JSON type that this projector takes."""
    users, name = call.device.users, call.params.get("username")
    if isinstance(name, str) and users:
        if users.get(name) != call.params.get("password"):
            raise RpcError(
                NO_PERMISSION, PERMISSION_TEXT[call.device.style.permission_text]
            )
        call.session.authenticated = True
        return True
    code, style = call.params.get("code"), call.device.style
    wanted = {"int": int, "string": str, "both": int | str}[style.pin_type]
    if isinstance(code, bool) or not isinstance(code, wanted):
        raise wrong_type()
    pin = call.device.pin
    if (pin is None and users) or (pin is not None and not _same_pin(code, pin)):
        return _refuse(call)
    call.session.authenticated = True
    return True if style.auth_success == "true" else "END_USER"


def login(call: Call) -> JsonValue:
    """Log in; whatever carries the PIN as text is a way in."""
    given = call.params.values()
    name = str(call.params.get("username"))
    is_user = name in call.device.users and call.device.users[name] in given
    if call.device.protected and call.device.pin not in given and not is_user:
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
