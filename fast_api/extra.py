"""The error for a package that an extra brings."""

_EXTRA = "type-safe-convert[fast-api]"


def missing_extra(what: str, error: ModuleNotFoundError) -> ImportError:
    """The error to raise in place of `error`: it names the package and how to install it.

    `error` itself where the module is part of this package, or of one that it cannot do without.
    """
    name = (error.name or "").partition(".")[0]
    if name in ("", "fast_api", "type_safe_convert", "osbot_utils", "pydantic"):
        return error
    return ModuleNotFoundError(f'{what} needs {name}: pip install "{_EXTRA}"', name=error.name)
