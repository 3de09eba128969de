"""`python -m fast_api serve MODULE:APP`."""

import argparse
import sys
import urllib.error
import urllib.request
from collections.abc import Sequence
from typing import Any

from fast_api.running.serve import ACCESS_LOGS, GRACEFUL_SECONDS, serve


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command. Exit codes: 2 for a target that cannot be loaded, 1 for a server that is not well."""
    parser = argparse.ArgumentParser(prog="python -m fast_api", description="FastAPI that speaks Type_Safe.")
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("serve", help="serve an application with uvicorn")
    command.set_defaults(run=_serve)
    command.add_argument("target", metavar="MODULE:APP", help="a Fast_API, its class, an ASGI app, or a factory")
    command.add_argument("--host", default="127.0.0.1")
    command.add_argument("--port", type=int, default=8000)
    command.add_argument("--reload", action="store_true", help="restart when a source file changes")
    command.add_argument("--workers", type=int, default=1, help="number of processes")
    command.add_argument("--log-level", default="info")
    command.add_argument("--access-log", choices=ACCESS_LOGS, default="uvicorn", help="whose line a request leaves")
    command.add_argument("--root-path", default="", help="what a proxy takes from the beginning of the path")
    command.add_argument(
        "--timeout-graceful-shutdown", type=int, default=GRACEFUL_SECONDS, metavar="SECONDS",
        help="how long requests and streams may go on when the server is told to stop",
    )  # fmt: skip
    command = commands.add_parser("health", help="ask a running server whether it is well")
    command.set_defaults(run=_health)
    command.add_argument("--host", default="127.0.0.1")
    command.add_argument("--port", type=int, default=8000)
    options = vars(parser.parse_args(arguments))
    run = options.pop("run")
    return int(run(**options))


def _serve(**options: Any) -> int:
    try:
        serve(**options)
    except (ImportError, ValueError) as error:
        print(f"fast_api: {error}", file=sys.stderr)
        return 2
    return 0


def _health(host: str, port: int) -> int:
    """Well is a server that answers `/config/health`, if only that it wants an API key."""
    try:
        with urllib.request.urlopen(f"http://{host}:{port}/config/health", timeout=2):
            return 0
    except urllib.error.HTTPError as error:
        return 0 if error.code == 401 else 1
    except OSError:
        return 1


if __name__ == "__main__":
    sys.exit(main())
