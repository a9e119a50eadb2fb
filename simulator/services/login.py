"""The method authenticate and the newer login methods."""

from ..jsontypes import JsonValue
from ..rpc import NO_PERMISSION, PERMISSION_TEXT, RpcError, wrong_type
from .call import Call, Handler


def authenticate(call: Call) -> JsonValue:
    """Check a user's password, or a PIN in the JSON type of this projector."""
    users, name = call.device.users, call.params.get("username")
    if isinstance(name, str) and users:
        if users.get(name) != call.params.get("password"):
            raise RpcError(
                NO_PERMISSION, PERMISSION_TEXT[call.device.quirks.permission_text]
            )
        call.session.authenticated = True
        return True
    code, quirks = call.params.get("code"), call.device.quirks
    accepted_types = {"int": int, "string": str, "both": int | str}[quirks.pin_type]
    if isinstance(code, bool) or not isinstance(code, accepted_types):
        raise wrong_type()
    pin = call.device.pin
    if (pin is None and users) or (pin is not None and not _same_pin(code, pin)):
        return _refuse(call)
    call.session.authenticated = True
    return True if quirks.auth_success == "true" else "END_USER"


def login(call: Call) -> JsonValue:
    """Log in with the PIN as text in any parameter, or with a user's password."""
    given = call.params.values()
    name = str(call.params.get("username"))
    is_user = name in call.device.users and call.device.users[name] in given
    if call.device.protected and call.device.pin not in given and not is_user:
        raise RpcError(NO_PERMISSION, PERMISSION_TEXT["short"])
    call.session.authenticated = True
    return True


def logout(call: Call) -> JsonValue:
    """Log out; the signal goes only to this session."""
    call.session.authenticated = False
    call.session.queue_signal("loggedout", {"reason": "Request"})
    call.device.schedule_flush()
    return None


def _same_pin(code: JsonValue, pin: str) -> bool:
    # A number has no leading zeros to compare.
    return code == pin if isinstance(code, str) else code == int(pin)


def _refuse(call: Call) -> JsonValue:
    quirks = call.device.quirks
    if quirks.wrong_pin == "error":
        raise RpcError(quirks.wrong_pin_code, "Authentication failed")
    answers: dict[str, JsonValue] = {"false": False, "null": None, "empty": ""}
    return answers[quirks.wrong_pin]


METHODS: dict[str, Handler] = {
    "authenticate": authenticate,
    "login": login,
    "login_basic": login,
    "login_code": login,
    "login_token": login,
    "logout": logout,
}
