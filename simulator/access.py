"""What a session may do before it has authenticated."""

from .personality import Personality
from .rpc import NO_PERMISSION, PERMISSION_TEXT, RpcError, method_not_found
from .session import Session

LOGINS = ("authenticate", "login", "login_basic", "login_code", "login_token")
_ALWAYS = (*LOGINS, "logout", "getchallenge", "introspect")
_READING = (
    "property.get",
    "property.subscribe",
    "property.unsubscribe",
    "signal.subscribe",
    "signal.unsubscribe",
    "notification.log",
    "profile.profileforpreset",
    "profile.presetforprofile",
    "ui.settings.keys",
)
_VISIBLE = (
    "property",
    "signal",
    "user.authenticationrequired",
    "user.pincodeauthenticationenabled",
)


def controls(method: str) -> bool:
    """Tell whether a method changes something, as opposed to reading."""
    last = method.rpartition(".")[2]
    return not (
        method in _ALWAYS or method in _READING or last.startswith(("list", "get"))
    )


def check(method: str, session: Session, protected: bool, style: Personality) -> None:
    """Refuse a method that this session may not call.

    Raises:
        RpcError: -32001, or -32601 where a projector hides what is not allowed.
    """
    if not protected or session.authenticated or method in _ALWAYS:
        return
    if style.without_pin == "full":
        return
    if style.without_pin == "hidden":
        if not method.startswith(("property.", "signal.")):
            raise method_not_found(method)
        return
    if style.without_pin == "none" or controls(method):
        raise RpcError(NO_PERMISSION, PERMISSION_TEXT[style.permission_text])


def sees(name: str, session: Session, protected: bool, style: Personality) -> bool:
    """Tell whether an object, property or method exists for this session."""
    if not protected or session.authenticated or style.without_pin != "hidden":
        return True
    return name in _ALWAYS or any(
        name == seen or name.startswith(f"{seen}.") or seen.startswith(f"{name}.")
        for seen in _VISIBLE
    )
