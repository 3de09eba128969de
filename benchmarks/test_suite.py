"""The suite's own machinery: wrong results are caught, reports say what was measured, comparisons do not cry wolf."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks import bench_json, import_time, pairs, regress, scaling, targets
from benchmarks.contenders import Contender, Job, Unable
from benchmarks.contenders.registry import BY_NAME
from benchmarks.figures import duration
from benchmarks.jobs import Outcome, run_job
from benchmarks.measure import Timing, geometric_mean
from benchmarks.models import BY_NAME as MODELS_BY_NAME
from benchmarks.models import MODULES
from benchmarks.plots import draw
from benchmarks.report import Report, write

pytestmark = pytest.mark.filterwarnings("ignore:Accessing the 'model_fields' attribute")

INVOICE = Job(MODELS_BY_NAME["invoice"], "basemodel", "dataclass")


def _outcome(ours: float, by_hand: float) -> Outcome:
    timings = {name: Timing(best, best, 3, 1) for name, best in (("ours", ours), ("by_hand", by_hand))}
    return Outcome("flat", "basemodel", "dataclass", 1, timings)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda made: setattr(made.lines[3], "price", 3), "lines.price"),
        (lambda made: setattr(made, "notes", tuple(made.notes)), "notes"),
        (lambda made: setattr(made, "customer", MODULES["basemodel"].Customer(name="x", email="y")), "customer"),
        (lambda made: made.totals.pop("net"), "totals"),
    ],
    ids=["type of a number", "type of a container", "kind of a nested model", "lost key"],
)
def test_a_contender_with_a_wrong_result_is_not_timed(spoil: Any, words: str) -> None:
    def prepare(job: Job) -> Any:
        right = BY_NAME["by_hand"].prepare(job)

        def convert(source: Any) -> Any:
            made = right(source)
            spoil(made)
            return made

        return convert

    with pytest.raises(Unable, match=f"wrong result: {words}"):
        Contender("spoilt", "spoilt", prepare).run(INVOICE)


def test_an_outcome_has_a_time_or_a_reason_for_every_contender_that_knows_the_kinds() -> None:
    job = Job(MODELS_BY_NAME["shapes"], "dataclass", "basemodel")
    outcome = run_job(job, seconds=0.01)
    able, unable = set(outcome.timings), set(outcome.unable)
    assert able | unable == {name for name, contender in BY_NAME.items() if contender.fits(job)}
    assert not able & unable
    assert all(timing.best > 0 for timing in outcome.timings.values())
    assert "wrong result" in outcome.unable["pydantic"]


def test_a_slower_machine_is_no_regression() -> None:
    before = {"jobs": [_outcome(ours=300, by_hand=400).as_json()]}
    after = {"jobs": [_outcome(ours=600, by_hand=800).as_json()]}
    (change,) = regress.changes(before, after)
    assert change.factor == pytest.approx(1.0)


def test_a_loss_against_the_code_by_hand_is_a_regression(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, ours in (("before", 300.0), ("after", 390.0)):
        (tmp_path / name).write_text(json.dumps({"jobs": [_outcome(ours, by_hand=400).as_json()]}))
    arguments = [str(tmp_path / "after"), "--before", str(tmp_path / "before")]
    assert regress.main(arguments) == 1
    assert "slower   1.30x  flat: basemodel -> dataclass  ours" in capsys.readouterr().out
    assert regress.main([*arguments, "--tolerance", "0.5", "--mean", "0.5"]) == 0


def test_a_loss_of_json_or_of_first_conversions_is_a_regression(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    committed = json.loads(regress.COMMITTED.read_text())
    assert {contender for _, contender in regress.ratios(committed)} == {
        *regress.CONTENDERS, "from_json", "to_json", scaling.FIRST,
    }  # fmt: skip
    for _, writing in committed["json"].values():
        writing["type_safe"]["best"] *= 2
    committed["first_conversion"][0]["points"][scaling.FIRST]["20"] *= 2
    (tmp_path / "after").write_text(json.dumps(committed))
    assert regress.main([str(tmp_path / "after")]) == 1
    printed = capsys.readouterr().out
    assert "slower   2.00x  flat: type_safe  to_json" in printed
    assert "slower   2.00x  20 fields: type_safe -> basemodel  first_conversion" in printed
    assert "from_json: 1.000x over all jobs, the same" in printed


def test_a_contender_that_cannot_do_a_job_any_more_is_a_regression() -> None:
    before = {"jobs": [_outcome(ours=300, by_hand=400).as_json()]}
    after = copy.deepcopy(before)
    del after["jobs"][0]["timings"]["ours"]
    assert regress.lost(before, after) == [("flat: basemodel -> dataclass", "ours")]


def test_a_target_without_measurements_is_neither_met_nor_missed() -> None:
    target = targets.ratio_target("x", 1.0, [], "ours", "by_hand")
    assert target.met is None
    assert targets.ratio_target("x", 0.9, [_outcome(300, 400)], "ours", "by_hand").met
    assert not targets.ratio_target("x", 0.7, [_outcome(300, 400)], "ours", "by_hand").met


def test_exponents_tell_linear_from_quadratic() -> None:
    sizes = (5, 50, 500)
    assert targets.exponent({n: 7.0 + 3.0 * n for n in sizes}) == pytest.approx(1.0, abs=0.05)
    assert targets.exponent({n: 7.0 + 3.0 * n**2 for n in sizes}) == pytest.approx(2.0, abs=0.05)


def test_means_and_durations_read_as_they_should() -> None:
    assert geometric_mean([0.5, 2.0]) == pytest.approx(1.0)
    assert [duration(ns) for ns in (7.254, 327, 14_130, 2_870_000, 5e9)] == [
        "7.25 ns",
        "327 ns",
        "14.1 µs",
        "2.87 ms",
        "5.00 s",
    ]


def test_a_report_is_written_with_all_its_parts(tmp_path: Path) -> None:
    outcomes = [
        run_job(Job(MODELS_BY_NAME["flat"], source, target), seconds=0.01) for source, target in scaling.DIRECTIONS
    ]
    curves = [
        scaling.Curve(source, target, {scaling.FIRST: {5: 1.0, 50: 10.0}, "create_model": {5: 2.0, 50: 20.0}})
        for source, target in scaling.DIRECTIONS
    ]
    about = {"date": "2026-11-24", "python": "CPython", "machine": "one", "versions": {"pydantic": "2.14"}}
    report = Report(
        about=about,
        outcomes=outcomes,
        targets=targets.ratio_targets(outcomes),
        size=curves,
        depth=curves,
        first=curves,
        cached=scaling.cached_class(seconds=0.01),
        memory={"dataclass -> basemodel": {10: 2048}},
        json={"flat": bench_json.measure("flat", seconds=0.02)},
        sdk={"our counterpart": {"classes": 2, "milliseconds": 0.5, "kibibytes": 12}},
    )
    write(report, tmp_path)
    draw(report, tmp_path)
    plots = {
        f"{name}{suffix}" for name in ("directions", "size", "depth", "first_conversion") for suffix in (".svg", ".png")
    }
    assert {path.name for path in tmp_path.iterdir()} == {"report.json", "report.md", *plots}
    text = (tmp_path / "report.md").read_text()
    assert "### BaseModel → dataclass" in text
    assert "2 KiB" in text
    assert "### Reading" in text
    assert "| our counterpart | 2 | 0.50 ms | 12.0 KiB |" in text
    assert len(json.loads((tmp_path / "report.json").read_text())["jobs"]) == 6


def test_import_time_leaves_the_dependencies_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(import_time.DEPENDENCIES, "json", ("json.decoder", "json.encoder"))
    found = import_time.measure("json", rounds=3)
    assert 0 < found.own < found.total
    monkeypatch.setitem(import_time.DEPENDENCIES, "no_such_package", ("sys",))
    with pytest.raises(RuntimeError, match="no_such_package"):
        import_time.measure("no_such_package", rounds=1)


def test_a_pair_is_measured_against_the_peers_that_do_it_right() -> None:
    assert pairs.able("attrs", "msgspec", lines=2).keys() == {"ours", "adaptix", "msgspec"}
    assert pairs.able("attrs", "type_safe", lines=2).keys() == {"ours"}  # of which adaptix makes an empty instance
    times = pairs.measure("attrs", "dataclass", seconds=0.01, lines=2)
    assert times.ours > 0
    assert times.ratios.keys() == {"adaptix", "msgspec"}
    assert pairs.table([[times]])[-1].startswith("| attrs | ")
