"""The order of the lowest peak: against all orders of small nets, and as a setting of a plan."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from memplan.cli import main
from memplan.errors import InvalidNet
from memplan.formats import InputFile, load
from memplan.gate import gate
from memplan.liveness import max_live, problem_from, storages
from memplan.net import Blob, DType, Net, Op
from memplan.order import ORDERS, in_order, lowest_peak_order
from memplan.plan import ScratchRequest
from memplan.samples import FOLDER, open_sample
from memplan.study import Settings, prepare, study
from memplan.verify import same_dataflow
from memplan.views.gate_words import budget_lines
from tests.strategies import nets

QUIET = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
BLOCK = FOLDER / "inception_block"
INCEPTION = [
    str(BLOCK / "predict_net.pbtxt"),
    f"--init={BLOCK / 'init_net.pbtxt'}",
    f"--value-info={BLOCK / 'value_info.json'}",
]


def found_order(net: Net, nodes: int = 50_000) -> tuple[int, ...]:
    found = storages(net)
    return lowest_peak_order(net, problem_from(net, found=found), found, nodes)


def fullest(net: Net) -> int:
    return max_live(problem_from(net)).bytes


def sized(*rows: tuple[str, str, int]) -> Net:
    """An op a row: what it reads, what it makes, of how many bytes."""
    ops = tuple(Op("Made", tuple(reads.split()), (makes,)) for reads, makes, _ in rows)
    blobs = {makes: Blob(makes, (size,), DType.UINT8) for _, makes, size in rows}
    blobs["data"] = Blob("data", (1,), DType.UINT8)
    return prepare(Net("n", ops, blobs, ("data",), (rows[-1][1],)))


def test_one_wide_branch_after_the_other() -> None:
    net = sized(
        ("data", "wide1", 100), ("data", "wide2", 100), ("wide1", "thin1", 1),
        ("wide2", "thin2", 1), ("thin1 thin2", "out", 1),
    )  # fmt: skip
    order = found_order(net)
    assert order in ((0, 2, 1, 3, 4), (1, 3, 0, 2, 4))
    assert (fullest(net), fullest(in_order(net, order))) == (201, 102)


@settings(max_examples=40, **QUIET)
@given(nets(kinds=("ssa",), max_ops=5))
def test_no_order_of_a_small_net_needs_less(net: Net) -> None:
    net = prepare(net)
    assume(len({op.device for op in net.ops}) < 2)
    least = fullest(net)
    for order in permutations(range(len(net.ops))):
        try:
            least = min(least, fullest(in_order(net, order)))
        except InvalidNet:
            continue
    order = found_order(net)
    after = fullest(in_order(net, order))
    silent = [k for k, op in enumerate(net.ops) if not op.outputs]
    assert after == least or (len(silent) > 1 and after <= fullest(net))


@settings(max_examples=80, **QUIET)
@given(nets(max_ops=12, views=True, aliases=True), st.integers(0, 300))
def test_every_op_reads_what_it_read_and_more_search_is_never_worse(net: Net, nodes: int) -> None:
    net = prepare(net)
    order = found_order(net, nodes)
    after = in_order(net, order)
    assert same_dataflow(net, after, order=order) is None
    assert order == found_order(net, nodes)
    assert found_order(net, 0) == tuple(range(len(net.ops)))


def test_a_long_net_takes_no_time() -> None:
    rows = [("data", "b0", 8)] + [(f"b{k}", f"b{k + 1}", 8) for k in range(3000)]
    net = sized(*rows)
    assert found_order(net) == tuple(range(len(net.ops)))


def inception() -> Net:
    return prepare(load(list(open_sample("inception_block"))))


@pytest.mark.parametrize("name", ORDERS)
@pytest.mark.parametrize("planner", ["greedy_by_size", "safe", "onnxruntime"])
def test_a_plan_is_made_in_the_order_that_is_asked_for(name: str, planner: str) -> None:
    net = inception()
    made = study(net, Settings(planner, order=name))
    assert made.unsafe is None
    assert made.order is not None
    assert sorted(made.order) == list(range(len(net.ops)))
    assert made.settings.order == ""
    if planner == "greedy_by_size":
        assert made.net.ops == tuple(net.ops[step] for step in made.order)
    if made.assignment is not None:
        assert made.assignment.order == made.order


def test_scratch_goes_with_its_op() -> None:
    net = inception()
    wanted = Settings(scratch=(ScratchRequest(13, 7), ScratchRequest(6, 5)), order="lowest_peak")
    made = study(net, wanted)
    scratch = [b for b in made.problem.buffers if b.kind.value == "scratch"]
    assert [(made.order[b.live.begin], b.size) for b in scratch] == [(13, 7), (6, 5)]


def test_the_gate_tries_other_orders_and_says_how_to_get_them() -> None:
    net, budget = inception(), 1_650 * 1024
    verdict = gate(net, Settings(), budget)
    found = {remedy.options: remedy.peak for remedy in verdict.remedies}
    assert found["--planner best_of", "--order lowest_peak"] < budget
    assert any("`plan --order lowest_peak --json` lists it" in x for x in budget_lines(verdict))
    kept = gate(net, Settings(order="lowest_peak"), budget)
    assert not any("--order" in " ".join(remedy.options) for remedy in kept.remedies)
    together = gate(net, Settings(), 1)
    assert together.closest is not None
    assert "--order lowest_peak" in together.closest.options


def test_the_order_is_had_on_the_command_line(capsys, tmp_path: Path) -> None:
    options = ["--planner=best_of", "--order=lowest_peak"]
    assert main(["check", *INCEPTION, "--budget=1650KiB", *options]) == 0
    capsys.readouterr()
    assert main(["plan", *INCEPTION, *options, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert sorted(told["order"]) == list(range(told["ops"]))
    out = tmp_path / "after.pb"
    asked = ["optimize", *INCEPTION, "--planner=safe", "--order=lowest_peak", f"--out={out}"]
    assert main(asked) == 0
    capsys.readouterr()
    assert main(["verify", *INCEPTION[:1], str(out), *INCEPTION[1:]]) == 0
    assert "The ops stand in another order." in capsys.readouterr().out
    after = load([InputFile("after.pb", out.read_bytes())])
    before = inception()
    assert [op.type for op in after.ops] == [before.ops[step].type for step in told["order"]]
    assert main(["explain", *INCEPTION, *options, "--blob=data"]) == 0


def test_what_has_no_order_is_told(capsys, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("id,lower,upper,size\nx,0,2,8\ny,1,3,8\n", encoding="utf-8")
    assert main(["plan", str(table), "--order=lowest_peak"]) == 2
    assert "no ops to put in order" in capsys.readouterr().err
    with pytest.raises(InvalidNet, match="no order 'backwards'"):
        study(inception(), Settings(order="backwards"))
