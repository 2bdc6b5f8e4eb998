from hypothesis import given

from memplan.liveness import live_bytes
from memplan.plan import BufferKind
from memplan.study import study
from memplan.views.moments import (
    alive_rows,
    moment_sentence,
    op_memory,
    peak_step,
    standing_sentence,
)
from memplan.views.tables import alive_table
from tests.strategies import nets
from tests.views.made_studies import small


def test_an_op_has_bytes_before_while_and_after_it_runs():
    # op 2 copies a to b; a is read for the last time there.
    memory = op_memory(small().problem, 2)
    assert (memory.before, memory.during, memory.after) == (1024, 2048, 1024)


def test_inputs_are_there_before_the_first_op_and_outputs_after_the_last():
    study = small()
    sizes = {buffer.name: buffer.size for buffer in study.problem.buffers}
    assert op_memory(study.problem, 0).before == sizes["data"]
    assert op_memory(study.problem, len(study.net.ops) - 1).after == sizes["out"]


@given(nets())
def test_what_one_op_leaves_is_what_the_next_one_finds(net):
    problem = study(net).problem
    outputs = {b.name for b in problem.buffers if b.kind is BufferKind.OUTPUT}
    curve = live_bytes(problem)
    for step in range(len(curve) - 1):
        now, then = op_memory(problem, step), op_memory(problem, step + 1)
        assert now.during == curve[step]
        assert max(now.before, now.after) <= now.during
        # A buffer with gaps may be written anew; outputs that end early are counted as kept.
        if not outputs and not any(b.gaps for b in problem.buffers):
            assert now.after == then.before


def test_the_rows_of_a_step_are_what_the_curve_counts():
    study = small()
    for step, alive in enumerate(live_bytes(study.problem)):
        assert sum(row.size or 0 for row in alive_rows(study, step)) == alive
        assert list(alive_table(study, step)["blob"]) == [r.name for r in alive_rows(study, step)]


def test_a_sentence_compares_a_step_with_the_peak():
    study = small()
    assert "as much as at no other step" in moment_sentence(study, peak_step(study))
    assert moment_sentence(study, 0).startswith("At op 0 ('Conv') 1,280 B (1.2 KiB) are alive in 2")
    assert "1 of them of unknown size" in moment_sentence(study, 5)
    assert moment_sentence(study, 99) == "There is no such op."


def test_a_blob_is_told_how_it_stands_at_the_peak():
    study = small()
    assert peak_step(study) == 4
    assert standing_sentence(study, "b").startswith("number 1 by size of 3 alive at the peak")
    assert "a smaller one would not lower it" in standing_sentence(study, "data")
