"""`python -m benchmarks`: measure, print the tables, write the report.

The whole takes about six minutes on a quiet machine. `--quick` gives the shape in one, with fewer rounds and smaller
batches; its figures are not for publishing. `--models` limits the jobs.
"""

import argparse
import sys
import time
from pathlib import Path

from rich.console import Console
from rich.markdown import Markdown

from benchmarks import bench_json, jobs, overview, readme, scaling, targets
from benchmarks.about import about
from benchmarks.figures import FOLDER
from benchmarks.packages import ALL_MODELS
from benchmarks.plots import draw
from benchmarks.report import Report, write
from benchmarks.sdk import whole_sdk


def measure(names: tuple[str, ...], quick: bool, tell: Console) -> Report:
    """Run the suite; `tell` shows what is running."""
    started = time.perf_counter()

    def status(what: str) -> None:
        tell.print(f"[dim]{time.perf_counter() - started:6.0f} s  {what}[/dim]", highlight=False)

    # The best of interleaved slices of 0.3 ms: after some twenty rounds of each contender it hardly falls any more.
    seconds = 0.2 if quick else 0.6
    outcomes = jobs.run_all(names, seconds, batch=2_000 if quick else jobs.BATCH, tell=status)
    status("convert_class, cached")
    cached = scaling.cached_class(0.1)
    status("first conversion against the number of fields")
    first = scaling.first_conversion(rounds=5 if quick else 9)
    status("cost against size")
    size = scaling.against_size(scaling.SIZES[:3] if quick else scaling.SIZES, seconds)
    status("cost against depth")
    depth = scaling.against_depth(seconds=seconds / 3)
    status("memory of a stream")
    memory = scaling.stream_memory(scaling.STREAM_COUNTS[:3] if quick else scaling.STREAM_COUNTS)
    status("JSON")
    json_models = [name for name in bench_json.MODELS if not names or name in names]
    json = {name: bench_json.measure(name, seconds) for name in json_models}
    status("a whole SDK")
    sdk = whole_sdk(most=100 if quick else None)
    status("done")
    found = [
        *targets.ratio_targets(outcomes),
        *targets.rules_targets(outcomes),
        *(targets.json_targets(bench_json.summary(json)) if json else ()),
        targets.cached_class_target(cached),
        *targets.first_conversion_targets(first),
        targets.flat_target("cost an item, 10 to 100,000 items", size, scaling.MANY, {"by_hand": "by hand"}),
        targets.flat_target(
            "cost a node, depth 1 to 500", depth, "ours", {"by_hand": "by hand", "recursion": "bare recursion"}
        ),
        targets.memory_target(memory),
    ]
    return Report(about(), outcomes, found, size, depth, first, cached, memory, json, sdk)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds, smaller batches")
    parser.add_argument("--models", nargs="*", default=[], choices=[model.name for model in ALL_MODELS])
    parser.add_argument("--output", type=Path, default=FOLDER, help="folder of the report (default: %(default)s)")
    options = parser.parse_args()
    report = measure(tuple(options.models), options.quick, Console(stderr=True))
    write(report, options.output)
    draw(report, options.output)
    if options.output == FOLDER and not options.models:
        overview.main()
        readme.main()
    console = Console(width=None if sys.stdout.isatty() else 200)
    console.print(Markdown(report.markdown()))
    console.print(f"written: {options.output}")


if __name__ == "__main__":
    main()
