"""`python -m fast_api serve MODULE:APP`."""

import argparse
import sys
from collections.abc import Sequence

from fast_api.serve import serve


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; returns its exit code: 2 for a target that cannot be loaded."""
    parser = argparse.ArgumentParser(prog="python -m fast_api", description="FastAPI that speaks Type_Safe.")
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("serve", help="serve an application with uvicorn")
    command.add_argument("target", metavar="MODULE:APP", help="a Fast_API, its class, an ASGI app, or a factory")
    command.add_argument("--host", default="127.0.0.1")
    command.add_argument("--port", type=int, default=8000)
    command.add_argument("--reload", action="store_true", help="restart when a source file changes")
    command.add_argument("--workers", type=int, default=1, help="number of processes")
    command.add_argument("--log-level", default="info")
    options = vars(parser.parse_args(arguments))
    try:
        serve(**options)
    except (ImportError, ValueError) as error:
        print(f"fast_api: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
