"""`python -m fast_api serve MODULE:APP`."""

import argparse
import sys
import urllib.error
import urllib.request
from collections.abc import Sequence

from fast_api.running.serve import ACCESS_LOGS, serve


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command. Exit codes: 2 for a target that cannot be loaded, 1 for a server that is not well."""
    parser = argparse.ArgumentParser(prog="python -m fast_api", description="FastAPI that speaks Type_Safe.")
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser(
        "serve", help="serve an application with uvicorn", allow_abbrev=False,
        epilog="Every other option is one of uvicorn's command: --host, --port, --reload, --workers, --root-path, ...",
    )  # fmt: skip
    command.set_defaults(run=_serve)
    command.add_argument("target", metavar="MODULE:APP", help="a Fast_API, its class, an ASGI app, or a factory")
    command.add_argument("--access-log", choices=ACCESS_LOGS, default="uvicorn", help="whose line a request leaves")
    command = commands.add_parser("health", help="ask a running server whether it is well")
    command.set_defaults(run=_health)
    command.add_argument("--host", default="127.0.0.1")
    command.add_argument("--port", type=int, default=8000)
    known, others = parser.parse_known_args(arguments)
    options = vars(known)
    run = options.pop("run")
    if run is _serve:
        options["options"] = others
    elif others:
        parser.error(f"unrecognized arguments: {' '.join(others)}")
    return int(run(**options))


def _serve(target: str, access_log: str, options: Sequence[str]) -> int:
    try:
        serve(target, *options, access_log=access_log)
    except (ImportError, ValueError) as error:
        print(f"fast_api: {error}", file=sys.stderr)
        return 2
    except SyntaxError as error:
        print(f"fast_api: {error.filename}:{error.lineno}: {type(error).__name__}: {error.msg}", file=sys.stderr)
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
