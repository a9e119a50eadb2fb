"""Names of sources, presets and profiles, compared the way people would."""

from collections.abc import Callable, Iterable


def folded(name: str) -> str:
    """Return a name without what people do not notice: case, and additional blanks."""
    return " ".join(name.split()).casefold()


def folded_command(command: str) -> str:
    """Return a command such as "source_HDMI 1" without what people do not notice."""
    return "_".join(map(str.strip, folded(command).split("_", 1)))


def match(
    name: str, offered: Iterable[str], fold: Callable[[str], str] = folded
) -> list[str]:
    """Return what `name` can mean of what is offered; an exact match is the only one.

    If there are several, the name is ambiguous.
    """
    offered = [*offered]
    if name in offered:
        return [name]
    wanted = fold(name)
    return [other for other in offered if fold(other) == wanted]


def as_listed(name: str, offered: Iterable[str]) -> str:
    """Return a name as a list spells it, or as it is if the list does not say."""
    found = match(name, offered)
    return found[0] if len(found) == 1 else name
