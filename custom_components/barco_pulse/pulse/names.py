"""Compare names of sources, presets and profiles; ignore case and repeated blanks."""

from collections.abc import Callable, Iterable


def fold_name(name: str) -> str:
    """Return a name in lower case, with single blanks."""
    return " ".join(name.split()).casefold()


def fold_command(command: str) -> str:
    """Return a command such as "source_HDMI 1" in lower case, with single blanks."""
    return "_".join(map(str.strip, fold_name(command).split("_", 1)))


def match(
    name: str, offered: Iterable[str], fold: Callable[[str], str] = fold_name
) -> list[str]:
    """Return the offered names that `name` can mean: the exact one, or all similar ones.

    With more than one result the name is ambiguous.
    """
    offered = [*offered]
    if name in offered:
        return [name]
    folded = fold(name)
    return [other for other in offered if fold(other) == folded]


def as_spelled_in(name: str, offered: Iterable[str]) -> str:
    """Return a name as the list spells it, or unchanged without a unique match."""
    found = match(name, offered)
    return found[0] if len(found) == 1 else name
