"""Matching of paths: the requests that the paths of routes take."""

from typing import Any

from starlette.routing import Mount, WebSocketRoute


def takes_every_path(path: str) -> bool:
    """Whether a route at `path` has something to say about every path: it begins with a parameter, or is a root."""
    return not path or path.startswith("/{")


def is_answered_at(context: Any, method: str, path: str) -> bool:
    """Whether the route of an included router answers this very path."""
    pattern = getattr(context, "path_regex", None)
    if pattern is None or isinstance(context.original_route, WebSocketRoute):
        return False
    methods = None if isinstance(context.original_route, Mount) else context.methods
    return (
        not takes_every_path(context.path or "")
        and pattern.match(path) is not None
        and (methods is None or method in methods)
    )


def first_segment(path: str) -> str:
    return path[1:].partition("/")[0]
