"""`python -m examples.scale`: throughput by number of worker processes, as a table and a plot."""

import argparse
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")

from distributed import Client, LocalCluster
from matplotlib import pyplot as plt

from benchmarks.dark import write_dark_variant
from examples.scale.convert import timed

PLOT = Path(__file__).parents[2] / "docs" / "throughput.svg"


def measure(workers: int, count: int, kind: str, rounds: int) -> float:
    """The best of `rounds` throughputs with that many worker processes of one thread."""
    with (
        LocalCluster(n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        client.wait_for_workers(workers)
        timed(client, workers * 100, kind, partitions=workers)  # imports, and the class made in each process
        runs = [timed(client, count, kind, partitions=workers * 4) for _ in range(rounds)]
        return max(done / seconds for done, seconds in runs)


def plot(found: dict[int, float], count: int, path: Path) -> None:
    """Throughput against workers, with what one worker would give times their number."""
    figure, axes = plt.subplots(figsize=(6, 4), layout="constrained")
    first = min(found)
    axes.plot(list(found), [found[first] / first * n for n in found], linestyle=":", color="#8395a7", label="linear")
    axes.plot(list(found), list(found.values()), marker="o", color="#c0392b", label=f"{count:,} tracks of 10 positions")
    axes.set(xlabel="worker processes", ylabel="tracks a second", xticks=list(found), ylim=(0, None))
    axes.legend(frameon=False)
    figure.savefig(path)
    write_dark_variant(path)
    plt.close(figure)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m examples.scale", description=__doc__)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--kind", choices=["basemodel", "type_safe"], default="basemodel")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    found = {}
    for workers in options.workers:
        found[workers] = measure(workers, options.count, options.kind, options.rounds)
        print(f"{workers} worker processes: {found[workers]:,.0f} tracks a second")
    plot(found, options.count, PLOT)


if __name__ == "__main__":
    main()
