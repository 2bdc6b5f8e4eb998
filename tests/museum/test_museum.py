"""Each piece is caught in one sentence, and the safe planner's plan of the same net passes."""

import pytest

from memplan.explain.brought import verify_nets
from memplan.museum import PIECES, Piece, safe_study, verdict_on, wrong_assignment
from memplan.planners.renaming import renamed
from memplan.study import Settings, study
from memplan.views.verdicts import verdict_data, verdict_sentence

EXPECTED = {
    "caffe2_alias": "op 2 (Negative)",
    "caffe2_rewritten": "op 4 (Relu) read 'z'",
    "caffe2_output": "'out' ends with",
    "caffe2_devices": "another device",
    "onnxruntime_7645": "op 2 (Tanh) reads 'a', but op 1 has written 'b' over it",
    "onnxruntime_19480": "nothing keeps it from running before op 3",
    "onnxruntime_21019": "op 1 (Dropout) writes 'b' to bytes that 'mask' holds",
    "onnxruntime_28359": "op 2 (Sum) reads 'data', but op 1 has written 'first' over it",
    "executorch_21490": "op 3 (Sum) reads 'r1', but op 2 has written",
    "inductor_187678": "ends with what op 3 writes",
}


@pytest.mark.parametrize("piece", PIECES.values(), ids=lambda piece: piece.name)
def test_a_piece_is_caught_in_one_sentence(piece: Piece) -> None:
    verdict = verdict_on(piece)
    assert not verdict.safe, piece.name
    sentence = verdict_sentence(verdict)
    assert sentence.startswith("Unsafe: ")
    assert sentence.count(". ") == 0
    assert EXPECTED.get(piece.name, "") in sentence
    data = verdict_data(verdict)
    assert data["safe"] is False
    assert data["kind"]


@pytest.mark.parametrize("piece", PIECES.values(), ids=lambda piece: piece.name)
def test_the_safe_planner_s_plan_of_the_same_net_passes(piece: Piece) -> None:
    made = safe_study(piece)
    assert made.unsafe is None
    assert made.assignment is not None
    net = piece.make()
    assert verify_nets(net, renamed(net, made.assignment), parallel=piece.parallel).safe
    assert study(net, Settings("greedy_by_size")).unsafe is None


def test_names_and_sources_are_told() -> None:
    assert len(PIECES) >= 19
    for name, piece in PIECES.items():
        assert name == piece.name
        assert piece.url.startswith("https://")
        assert piece.line.endswith(".")
        if name.startswith("caffe2"):
            assert wrong_assignment(piece) is not None
