"""The commands, their options, and what they answer to the shell."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json as json_module
import os
import shutil
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from type_safe_convert.cli.loading import UsageError
from type_safe_convert.cli.output import Output, Progress
from type_safe_convert.errors import ConversionError
from type_safe_convert.registry import kind_names, made_kinds

_KINDS = ", ".join(kind_names())
_MADE_KINDS = ", ".join(made_kinds())
_CLASS = "A class, such as shop:Order or shop.py:Order."
_OUTPUT = "Write to this file, which is replaced at the end, and not to standard output."
_STATUSES = (
    "Exit status: 0: done. 1: check found a wrong value or class, json a bad line, migrate a file that it leaves. "
    "2: wrong arguments, or code that cannot be imported. 130: Ctrl-C."
)
# Click takes no less than 50 by itself.
_WIDTH = max(min(shutil.get_terminal_size().columns, 100) - 2, 20)


_INTERRUPTED = 130


class _Interrupted(BaseException):
    """Ctrl-C, before click makes a line of its own of it."""


class _Commands(TyperGroup):
    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise _Interrupted from None


app: typer.Typer = typer.Typer(
    cls=_Commands,
    invoke_without_command=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "terminal_width": _WIDTH},
    help="Convert model classes and instances from one kind to another.",
    epilog=_STATUSES,
)


def _complete_kinds(incomplete: str) -> list[str]:
    return [name for name in kind_names() if name.startswith(incomplete)]


def _tell_version(asked: bool) -> None:
    if asked:
        print(f"type-safe-convert {importlib.metadata.version('type-safe-convert')}")
        raise typer.Exit


@app.callback()
def _without_command(
    ctx: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", "-V", callback=_tell_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    if ctx.invoked_subcommand is None:
        print(ctx.get_help())
        raise typer.Exit(2)


@app.command(short_help="Convert models there and back, and compare.")
def check(
    names: Annotated[
        list[str],
        typer.Argument(metavar="NAME", show_default=False, help="A package, module, FILE.py, folder or MODULE:CLASS."),
    ],
    json: Annotated[bool, typer.Option("--json", help="Write the report as JSON.")] = False,
    seed: Annotated[int, typer.Option(metavar="N", help="Choose other random values.")] = 0,
    samples: Annotated[
        int, typer.Option(metavar="N", min=1, help="How many instances of each class are converted.")
    ] = 1,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with status 1 for refused classes and values, too.")
    ] = False,
) -> None:
    """Convert the model classes of packages, and random instances of them, to every kind and back.

    The exit status is 1 if a value or a class came back wrong, or something failed without a named reason.
    """
    from type_safe_convert.cli import report
    from type_safe_convert.cli.checking import run

    with Progress(Output(sys.stderr)) as progress:
        reports = run(names, seed, samples, lambda done, total: progress.update(f"{done} of {total} classes"))
    if json:
        _write_json(report.as_data(reports, seed, strict))
    else:
        report.show(reports, Output())
    raise typer.Exit(report.exit_status(reports, strict))


@app.command(short_help="Show a class in each kind, or a conversion.")
def show(
    spec: Annotated[str, typer.Argument(metavar="MODULE:CLASS", show_default=False, help=_CLASS)],
    target: Annotated[
        str | None,
        typer.Argument(
            metavar="TARGET",
            autocompletion=_complete_kinds,
            help=f"Explain the conversion to this MODULE:CLASS or kind ({_KINDS}).",
        ),
    ] = None,
    code: Annotated[bool, typer.Option("--code", help="Show the generated code, too; needs a target.")] = False,
    rules: Annotated[
        str | None, typer.Option(metavar="MODULE:RULES", help="Convert by these rules; needs a target.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Write the answer as JSON.")] = False,
) -> None:
    """Show the fields of a class in every kind, or, with a target, what the conversion does to each field."""
    from type_safe_convert.cli import show as showing

    if target is None and (code or rules is not None):
        raise UsageError("--code and --rules need a target: MODULE:CLASS or a kind")
    if json:
        _write_json(showing.class_data(spec) if target is None else showing.conversion_data(spec, target, rules))
    elif target is None:
        showing.show(spec, Output())
    else:
        showing.show_conversion(spec, target, Output(), code, rules)


@app.command(short_help="Write the code of counterparts.")
def source(
    specs: Annotated[list[str], typer.Argument(metavar="MODULE:CLASS", show_default=False, help=_CLASS)],
    to: Annotated[
        str,
        typer.Option(metavar="KIND", autocompletion=_complete_kinds, help=f"The kind to write: {_MADE_KINDS}."),
    ],
    output: Annotated[Path | None, typer.Option(metavar="FILE", help=_OUTPUT)] = None,
) -> None:
    """Write the counterparts of classes as source text. Standard error lists what that kind cannot express."""
    from type_safe_convert.cli.source import source as write_classes

    write_classes(specs, to, output, Output(sys.stderr))


@app.command(short_help="Rewrite class statements in files.")
def migrate(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH", show_default=False, help="A file or a folder.")],
    to: Annotated[
        str,
        typer.Option(metavar="KIND", autocompletion=_complete_kinds, help=f"The kind to write: {_MADE_KINDS}."),
    ],
    source: Annotated[
        str,
        typer.Option(
            "--from", metavar="KIND", autocompletion=_complete_kinds, help="Migrate only classes of this kind."
        ),
    ] = "",
    only: Annotated[
        list[str] | None, typer.Option(metavar="CLASS", help="Migrate only this class; may be repeated.")
    ] = None,
    skip: Annotated[list[str] | None, typer.Option(metavar="CLASS", help="Leave this class; may be repeated.")] = None,
    write: Annotated[bool, typer.Option("--write", help="Write the files, and show no diff.")] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Write even if there are uncommitted changes, or no git.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Compare the old and the new classes, and show no diff.")
    ] = False,
) -> None:
    """Rewrite the class statements of files into those of another kind, and show a diff.

    Standard error lists what you have to change by hand. The exit status is 1 if a file stays as it is or, with
    --check, anything differs.
    """
    from type_safe_convert.cli.migrate import run
    from type_safe_convert.migration.request import Request

    if importlib.util.find_spec("libcst") is None:
        raise UsageError("install the extra 'migrate': pip install 'type-safe-convert[migrate]'")
    request = Request(tuple(paths), to, source, frozenset(only or ()), frozenset(skip or ()))
    raise typer.Exit(run(request, write, force, check, Output(), Output(sys.stderr)))


@app.command(short_help="Time the conversions of your classes.")
def bench(
    specs: Annotated[list[str], typer.Argument(metavar="MODULE:CLASS", show_default=False, help=_CLASS)],
    seconds: Annotated[
        float, typer.Option(metavar="SECONDS", min=0.001, help="How long each direction is timed.")
    ] = 0.1,
) -> None:
    """Time the conversions of classes in every direction."""
    from type_safe_convert.cli.bench import bench as bench_classes

    bench_classes(specs, Output(), seconds)


@app.command(short_help="Convert JSON lines.")
def json(
    source: Annotated[str, typer.Argument(metavar="MODULE:CLASS", show_default=False, help=_CLASS)],
    files: Annotated[
        list[str] | None, typer.Argument(metavar="FILE", help="A file to read; '-' or none is standard input.")
    ] = None,
    to: Annotated[
        str | None,
        typer.Option(
            metavar="TARGET",
            autocompletion=_complete_kinds,
            help=f"Convert to this MODULE:CLASS or kind ({_KINDS}).",
        ),
    ] = None,
    output: Annotated[Path | None, typer.Option(metavar="FILE", help=_OUTPUT)] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Stop at the first bad line.")] = False,
    subclasses: Annotated[bool, typer.Option("--subclasses", help="Read subclasses of the class, too.")] = False,
) -> None:
    """Read JSON lines as a class, convert them to another, and write JSON lines. Memory stays constant."""
    from type_safe_convert.cli.json import json as convert_lines

    messages = Output(sys.stderr)
    status = convert_lines(
        source, messages, files=files or (), to=to, output=output, strict=strict, subclasses=subclasses
    )
    raise typer.Exit(status)


def _write_json(data: Any) -> None:
    json_module.dump(data, sys.stdout, indent=1)
    sys.stdout.write("\n")


def run_app(arguments: list[str] | None = None) -> int:
    """Runs the command line and returns its exit status; errors of use are one line on standard error and 2."""
    from type_safe_convert.testing.sampler import NotBuilt

    try:
        status = app(args=arguments, prog_name="type-safe-convert", standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        return close_output()
    except OSError as error:
        return complain(str(error) if error.filename is None else f"{error.filename}: {error.strerror}")
    except (UsageError, NotBuilt, ConversionError, ValueError) as error:
        return complain(str(error))
    except (KeyboardInterrupt, _Interrupted, typer.Abort):
        return complain("interrupted", _INTERRUPTED)
    except Exception as error:
        # Click's own complaints: typer brings a copy of click, or uses the real one, as its version has it.
        format_message = getattr(error, "format_message", None)
        if format_message is None:
            raise
        path = getattr(getattr(error, "ctx", None), "command_path", "type-safe-convert")
        return complain(f"{format_message().rstrip().removesuffix('.')}; see {path} -h")
    if status == _INTERRUPTED:  # Ctrl-C outside of a command, which newer versions of typer answer without a word
        return complain("interrupted", _INTERRUPTED)
    return status if isinstance(status, int) else 0


def complain(message: str, status: int = 2) -> int:
    """Says on standard error why there is no answer, in one line where it is no terminal; returns the exit status."""
    Output(sys.stderr).words(f"type-safe-convert: {' '.join(message.split())}")
    return status


def close_output() -> int:
    """For a reader that has gone: what Python would flush at exit must not raise once more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1
