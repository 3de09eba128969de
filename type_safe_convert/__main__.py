"""`type-safe-convert` and `python -m type_safe_convert`: the command line."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Runs the command line and exits with its status."""
    if not {"", os.getcwd()} & {*sys.path}:
        sys.path.insert(0, os.getcwd())  # a script's path has no current directory, where users keep their own code
    try:
        from type_safe_convert.cli.app import run_app

        status = run_app()
    except KeyboardInterrupt:  # while this package is imported
        print("type-safe-convert: interrupted", file=sys.stderr)
        status = 130
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("typer", "click"):
            raise
        print("type-safe-convert: the command line needs typer: pip install 'type-safe-convert[cli]'", file=sys.stderr)
        sys.exit(2)
    sys.exit(status)


if __name__ == "__main__":
    main()
