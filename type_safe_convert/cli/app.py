"""The commands, their options, and what they answer to the shell."""

from __future__ import annotations

import json as json_module
import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from type_safe_convert.errors import ConversionError

app = typer.Typer(
    add_completion=False,
    no_args_is_help=False,
    pretty_exceptions_enable=False,
    help="Convert model classes and instances between Type_Safe, Pydantic and dataclasses.",
)


@app.command()
def check(
    names: Annotated[list[str], typer.Argument(metavar="PACKAGE_OR_MODULE...", show_default=False)],
    json: Annotated[bool, typer.Option("--json", help="Everything, as JSON, on standard output.")] = False,
    seed: Annotated[int, typer.Option(help="Another seed, other values.")] = 0,
    samples: Annotated[int, typer.Option(min=1, help="Instances of each class.")] = 1,
    jobs: Annotated[int, typer.Option(min=1, help="Processes.")] = 1,
    strict: Annotated[bool, typer.Option("--strict", help="Exit status 1 for refusals with a reason too.")] = False,
) -> None:
    """Convert every model class of installed packages in every direction, and instances there and back.

    Exit status 1 when a value or a class came back wrong, or a class failed without a named reason.
    """
    from type_safe_convert.cli import report
    from type_safe_convert.cli.running import run

    errors = Console(stderr=True)
    with Progress(console=errors, transient=True, disable=not errors.is_terminal, redirect_stdout=False) as progress:
        task = progress.add_task("classes", total=None)
        reports = run(
            names, seed, samples, jobs, lambda done, total: progress.update(task, completed=done, total=total)
        )
    if json:
        json_module.dump(report.as_data(reports, seed, strict), sys.stdout, indent=1)
        sys.stdout.write("\n")
    else:
        report.show(reports, _out())
    raise typer.Exit(report.exit_status(reports, strict))


@app.command()
def show(
    spec: Annotated[str, typer.Argument(metavar="MODULE:CLASS", show_default=False)],
    target: Annotated[
        str | None, typer.Argument(metavar="MODULE:CLASS|KIND", help="Explain the conversion to it instead.")
    ] = None,
    code: Annotated[bool, typer.Option("--code", help="With a target: the generated source too.")] = False,
    rules: Annotated[
        str | None, typer.Option(metavar="MODULE:RULES", help="With a target: convert by these rules.")
    ] = None,
) -> None:
    """Show a class and its counterparts side by side, or what a conversion does to each of its fields."""
    from type_safe_convert.cli.show import show as show_class
    from type_safe_convert.cli.show import show_conversion

    if target is None:
        show_class(spec, _out())
    else:
        show_conversion(spec, target, _out(), code, rules)


@app.command()
def bench(
    specs: Annotated[list[str], typer.Argument(metavar="MODULE:CLASS...", show_default=False)],
    seconds: Annotated[float, typer.Option(min=0.001, help="Time for each direction.")] = 0.5,
) -> None:
    """Time the conversions of your own classes against constructors called by hand."""
    from type_safe_convert.cli.bench import bench as bench_classes

    bench_classes(specs, _out(), seconds)


@app.command()
def json(
    source: Annotated[str, typer.Argument(metavar="MODULE:CLASS", show_default=False)],
    to: Annotated[
        str | None, typer.Option(metavar="MODULE:CLASS|KIND", help="What to write; the same class when left out.")
    ] = None,
    output: Annotated[Path | None, typer.Option(help="Written beside and then renamed; else standard output.")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Stop at the first bad line.")] = False,
    subclasses: Annotated[bool, typer.Option("--subclasses", help="Read subclasses of the class too.")] = False,
) -> None:
    """Convert JSON lines of one class to those of another, from standard input, in constant memory."""
    from type_safe_convert.cli.json import json as convert_lines

    status = convert_lines(source, Console(stderr=True), to=to, output=output, strict=strict, subclasses=subclasses)
    raise typer.Exit(status)


def _out() -> Console:
    """Standard output; wide where it is no terminal, so that a file or a pipe gets whole lines."""
    console = Console()
    return console if console.is_terminal or "COLUMNS" in os.environ else Console(width=200)


def run_app(arguments: list[str] | None = None) -> int:
    """Runs the command line and returns its exit status; errors of use are one line on standard error and 2."""
    from type_safe_convert.cli.modules import UsageError
    from type_safe_convert.testing.sampler import NotBuilt

    try:
        status = app(args=arguments, prog_name="type-safe-convert", standalone_mode=False)
    except (UsageError, NotBuilt, ConversionError, ValueError, OSError) as error:
        return _complain(str(error))
    except (KeyboardInterrupt, typer.Abort):
        return 130
    except Exception as error:
        # Click's own complaints: typer brings a copy of click, or uses the real one, as its version has it.
        format_message = getattr(error, "format_message", None)
        if format_message is None:
            raise
        return _complain(format_message())
    return status if isinstance(status, int) else 0


def _complain(message: str) -> int:
    print(f"type-safe-convert: {' '.join(message.split())}", file=sys.stderr)
    return 2
