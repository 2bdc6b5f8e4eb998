"""TensorFlow Lite Micro's head, byte for byte, and its rules one by one."""

import pytest

from memplan.cli import main
from memplan.formats import InputFile, load
from memplan.liveness import Accounting
from memplan.plan import Buffer, LiveRange, Problem, ScratchRequest, Space
from memplan.planners.tflm import tflm
from memplan.study import Settings, prepare, study
from memplan.verify import verify
from memplan.views.sentences import head_sentence

# What the engine itself reserves, as its own recording of allocations prints it.
HEADS = {
    "ad01_int8": 768,
    "hello_world_int8": 32,
    "kws_ref_model": 16_000,
    "person_detect": 55_296,
    "pretrainedResnet_quant": 49_152,
    "vww_96_int8": 73_728,
}


def planned(tflite_nets, name, **settings):
    data = (tflite_nets / f"{name}.tflite").read_bytes()
    return study(prepare(load([InputFile(name, data)])), Settings("tflm", **settings))


@pytest.mark.parametrize(("name", "head"), HEADS.items())
def test_the_head_is_the_engines(tflite_nets, name, head):
    found = planned(tflite_nets, name)
    assert found.metrics.peak_bytes == found.plan.peak == head
    assert head_sentence(found) == (
        f"Planned head {head:,} B (exact); kernels' scratch and persistent buffers are not "
        "in the file."
    )


def test_scratch_makes_the_lstm_exact_too(tflite_nets):
    """Its kernel asks for four gates of 20 16-bit numbers; the engine reserves 1,536 bytes."""
    without = planned(tflite_nets, "trained_lstm_int8")
    assert without.metrics.peak_bytes == 1344
    asked = (ScratchRequest(0, 40),) * 4
    found = planned(tflite_nets, "trained_lstm_int8", scratch=asked)
    assert found.metrics.peak_bytes == 1536
    assert head_sentence(found) == (
        "Planned head 1,536 B (exact), with 4 requests of scratch as given; persistent buffers "
        "are not in the file."
    )


def test_a_head_that_leaves_out_what_the_engine_counts_is_not_exact(tflite_nets):
    found = planned(tflite_nets, "kws_ref_model", accounting=Accounting(inputs=False))
    assert "exact" not in head_sentence(found)
    other = study(found.net, Settings("greedy_by_size"))
    assert head_sentence(other) == ""


def test_the_command_line_takes_scratch(tflite_nets, tmp_path, capsys):
    file = tmp_path / "scratch.csv"
    file.write_text("op,bytes\n" + "0,40\n" * 4)
    net = str(tflite_nets / "trained_lstm_int8.tflite")
    assert main(["plan", net, "--planner", "tflm", "--scratch", str(file)]) == 0
    answer = " ".join(capsys.readouterr().out.split())
    assert "Planned head 1,536 B (exact), with 4 requests of scratch as given" in answer
    file.write_text("99,40\n")
    assert main(["plan", net, "--planner", "tflm", "--scratch", str(file)]) == 2
    assert "op 99, but the net has 4 ops" in capsys.readouterr().err


def buffer(name, begin, end, size, offset=None):
    return Buffer(name, LiveRange(begin, end), size, offset=offset)


def offsets(*buffers, alignment=1):
    plan = tflm(Problem(buffers, (Space(alignment=alignment),)))
    return dict(plan.offsets), plan.peak


def test_equal_sizes_go_by_descending_number():
    found, peak = offsets(*(buffer(name, 0, 1, 16) for name in "abc"))
    assert found == {"c": 0, "b": 16, "a": 32}
    assert peak == 48


def test_sizes_are_rounded_before_they_are_compared():
    # 17 and 32 bytes are both 32: the later request is first.
    found, peak = offsets(buffer("a", 0, 1, 32), buffer("b", 0, 1, 17))
    assert found == {"b": 0, "a": 32}
    assert peak == 64


def test_the_lowest_gap_that_fits_not_the_tightest():
    # Gaps of 48 bytes at 64, and of 16 at 128.
    fixed = (buffer("a", 0, 3, 64, 0), buffer("b", 0, 3, 16, 112), buffer("c", 0, 3, 16, 144))
    found, _ = offsets(*fixed, buffer("d", 1, 2, 16))
    assert found["d"] == 64


def test_fixed_ones_first_by_number_and_nothing_moves_them():
    found, peak = offsets(
        buffer("big", 0, 2, 64), buffer("a", 0, 2, 16, 32), buffer("b", 0, 2, 16, 32)
    )
    assert found == {"a": 32, "b": 32, "big": 48}
    assert peak == 112


def test_more_alignment_can_be_asked():
    found, _ = offsets(buffer("a", 0, 1, 16), buffer("b", 0, 1, 16), alignment=64)
    assert found == {"b": 0, "a": 64}


def test_the_order_of_requests_is_that_of_the_file(tflite_nets):
    found = planned(tflite_nets, "person_detect")
    order = {name: place for place, name in enumerate(found.net.blobs)}
    places = [order[b.name] for b in found.problem.buffers]
    # The input is the last tensor of this file, and the first name of the net.
    assert places == sorted(places)
    assert places[-1] == order[found.net.inputs[0]] == 88
    verify(found.plan)
