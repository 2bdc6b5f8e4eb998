"""ONNX Runtime's memory pattern: its figures, its order of ops, and its rules one by one."""

from pathlib import Path

import onnx
import onnxruntime
import pytest
from conftest import skip_or_fail

from memplan.errors import InvalidProblem
from memplan.formats import InputFile, load
from memplan.liveness import Sharing, max_live, problem_from, storages
from memplan.net import Net, Op
from memplan.plan import Buffer, LiveRange, Problem, Reason, Trace
from memplan.planners.onnxruntime import onnxruntime as pattern
from memplan.planners.onnxruntime_order import onnxruntime_order
from memplan.profiles import PROFILES, against_engine
from memplan.study import Settings, prepare, study
from memplan.verify import verify

FIGURES = {
    "light_squeezenet": 3928576,
    "light_inception_v2": 4014080,
    "fastestdet": 3717120,
    "light_bvlc_alexnet": 2239488,
    "light_resnet50": 11239424,
    "light_densenet121": 12443648,
    "light_shufflenet": 2910208,
    "simplified_ssd": 190080000,
}
"""Bytes of its memory pattern."""

POSSIBLE = {
    "light_resnet50": 7225344,
    "light_densenet121": 7225344,
    "light_shufflenet": 2885120,
    "simplified_ssd": 155520000,
}
"""Bytes that are known to be enough, where it reserves more."""

LIGHT = Path(onnx.__file__).parent / "backend" / "test" / "data" / "light"


@pytest.fixture(scope="module")
def saved(shared: Path, tmp_path_factory: pytest.TempPathFactory):
    """A net as ONNX Runtime saves it at the basic level: opened once for all tests."""
    opened: dict[str, Net] = {}

    def open_saved(name: str) -> Net:
        if name not in opened:
            folder = LIGHT if name.startswith("light_") else shared / "nets" / "onnx"
            model = folder / f"{name}.onnx"
            if not model.is_file():
                skip_or_fail(f"{model.name} is not there")
            opened[name] = _saved(model, tmp_path_factory.mktemp(name) / model.name)
        return opened[name]

    return open_saved


def _saved(model: Path, to: Path) -> Net:
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.optimized_model_filepath = str(to)
    options.log_severity_level = 3
    options.intra_op_num_threads = 1
    onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    net = prepare(load([InputFile(to.name, to.read_bytes())]))
    to.unlink()
    return net


@pytest.mark.parametrize(("name", "figure"), FIGURES.items())
def test_the_pattern_is_as_large_as_the_engines(name: str, figure: int, saved) -> None:
    result = study(saved(name), PROFILES["onnxruntime"].applied_to(Settings()))
    assert not result.metrics.unknown
    assert result.metrics.peak_bytes == figure


@pytest.mark.parametrize(("name", "enough"), POSSIBLE.items())
def test_ours_needs_no_more_than_is_known_to_be_enough(name: str, enough: int, saved) -> None:
    engine = against_engine(saved(name), PROFILES["onnxruntime"], Settings())
    assert engine is not None
    assert engine.reserved.metrics.peak_bytes == FIGURES[name]
    assert engine.plan.metrics.peak_bytes <= enough
    verify(engine.plan.plan)


@pytest.mark.parametrize("name", ["light_squeezenet", "light_inception_v2", "fastestdet",
                                  "light_bvlc_alexnet"])  # fmt: skip
def test_where_the_engine_is_at_the_optimum_so_are_we(name: str, saved) -> None:
    engine = against_engine(saved(name), PROFILES["onnxruntime"], Settings())
    assert engine is not None
    assert engine.plan.metrics.peak_bytes == FIGURES[name]
    # With every op in place that can be, nothing less is possible in that order.
    found = storages(engine.plan.net, Sharing(in_place=True, views=True, outputs=False))
    counted = PROFILES["onnxruntime"].accounting
    assert max_live(problem_from(engine.plan.net, counted, 256, found=found)).bytes == FIGURES[name]


def buffers(*rows: tuple[int, int, int, tuple[int, ...] | None]) -> Problem:
    return Problem(
        tuple(
            Buffer(f"b{k}", LiveRange(begin, end), size, dims=dims)
            for k, (begin, end, size, dims) in enumerate(rows)
        )
    )


def test_dead_memory_is_taken_over_only_by_equal_dims_the_last_to_die_first() -> None:
    same, other = (4, 64), (64, 4)
    plan = pattern(buffers(
        (0, 2, 1024, same), (1, 3, 1024, same), (1, 9, 256, None), (4, 5, 1024, same),
        (4, 5, 1024, other),
    ))  # fmt: skip
    verify(plan)
    assert plan.offsets == {"b0": 0, "b1": 1024, "b2": 2048, "b3": 1024, "b4": 0}


def test_a_block_lives_from_its_first_buffer_to_its_last() -> None:
    """What b0 left is kept for b2, so that b1 cannot lie there in between."""
    plan = pattern(buffers((0, 2, 512, (2,)), (2, 5, 256, (1,)), (4, 6, 512, (2,))))
    assert plan.offsets == {"b0": 0, "b1": 512, "b2": 0}
    assert plan.peak == 768


def test_the_hole_that_leaves_least_over_is_taken() -> None:
    rows = ((0, 2, 1024, (1,)), (0, 9, 256, (2,)), (0, 2, 512, (3,)), (0, 9, 256, (4,)),
            (2, 9, 256, (5,)))  # fmt: skip
    trace = Trace()
    plan = pattern(buffers(*rows), trace)
    assert (plan.offsets or {})["b4"] == 1280, "not the lower hole of 1,024 bytes"
    rejected = trace.decisions[-1].rejected
    assert [(r.offset, r.size, r.reason) for r in rejected] == [
        (0, 1024, Reason.LEAVES_MORE),
        (None, 1024, Reason.TOO_LARGE),  # what b0 and b2 left is of other dims
        (None, 512, Reason.TOO_LARGE),
    ]


def test_sizes_are_rounded_up_to_256_bytes() -> None:
    assert pattern(buffers((0, 1, 1, None), (0, 1, 257, None))).peak == 768


def test_what_it_does_not_know_is_refused() -> None:
    with pytest.raises(InvalidProblem, match="'a' must lie at 256"):
        pattern(Problem((Buffer("a", LiveRange(0, 1), 1, offset=256),)))
    pair = (Buffer("a", LiveRange(0, 1), 1), Buffer("b", LiveRange(0, 1), 1))
    with pytest.raises(InvalidProblem, match="order of ops"):
        pattern(Problem(pair, conflicts=frozenset({(0, 1)})))


FORK = (
    Op("MaxPool", ("x",), ("a",)),
    Op("Conv", ("a",), ("short",)),
    Op("Conv", ("a",), ("b",)),
    Op("Relu", ("b",), ("long",)),
    Op("Add", ("long", "short"), ("y",)),
)


def test_the_operand_made_last_in_the_file_runs_first() -> None:
    assert onnxruntime_order(Net(ops=FORK, dialect="onnx")) == (0, 2, 3, 1, 4)


def test_a_file_that_it_saved_with_fused_ops_holds_its_order() -> None:
    net = Net(ops=FORK, inputs=("x", "ConvBnFusion_W_conv"), dialect="onnx")
    assert onnxruntime_order(net) == (0, 1, 2, 3, 4)


def test_other_dialects_run_as_they_stand() -> None:
    assert onnxruntime_order(Net(ops=FORK)) == (0, 1, 2, 3, 4)


def test_a_net_of_thousands_of_ops_is_no_matter_of_recursion() -> None:
    chain = tuple(Op("Relu", (f"t{k}",), (f"t{k + 1}",)) for k in range(5000))
    assert onnxruntime_order(Net(ops=chain, dialect="onnx")) == tuple(range(5000))


@pytest.mark.parametrize("name", ["fastestdet", "simplified_ssd"])
def test_the_order_is_that_in_which_the_engine_says_it_ran(
    name: str, shared: Path, tmp_path: Path
) -> None:
    import json

    import numpy as np

    model = shared / "nets" / "onnx" / f"{name}.onnx"
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.enable_profiling, options.profile_file_prefix = True, str(tmp_path / "ran")
    options.log_severity_level, options.intra_op_num_threads = 3, 1
    session = onnxruntime.InferenceSession(str(model), options, ["CPUExecutionProvider"])
    session.run(None, {i.name: np.zeros(i.shape, np.float32) for i in session.get_inputs()})
    events = json.loads(Path(session.end_profiling()).read_text("utf-8"))
    ran = [e["name"].removesuffix("_kernel_time") for e in events
           if e["name"].endswith("_kernel_time")]  # fmt: skip
    net = load([InputFile(model.name, model.read_bytes())])
    names = [net.ops[k].name for k in onnxruntime_order(net)]
    assert [name for name in names if name in set(ran)] == ran
