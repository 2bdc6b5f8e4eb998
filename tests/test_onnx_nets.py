"""Every real ONNX file: how much is in it, what stays unknown, what it needs; pinned.

The table with times is made by benchmarks/onnx_nets.py.
"""

from __future__ import annotations

from pathlib import Path

import onnx
import pytest

from benchmarks.onnx_nets import files, measured

# file: ops, tensors, unknown before and after the free dims are fixed, naive, max-live, peak.
TABLE = {
    "arbitrary_external_file.onnx": (1, 3, 0, 0, 800, 800, 800),
    "bert_toy_optimized.onnx": (384, 481, 308, 0, 9_137_592, 557_568, 557_568),
    "ext_init.onnx": (1, 3, 0, 0, 24, 24, 24),
    "fastestdet.onnx": (218, 376, 0, 0, 40_766_352, 5_947_392, 5_947_392),
    "if_mul.onnx": (1, 5, 0, 0, 49, 49, 49),
    "invalid_dim_param_value_repetition.onnx": (7, 10, 7, 0, 2_068, 1_024, 1_280),
    "loop_sub_one.onnx": (1, 4, 1, 0, 69, 69, 69),
    "nested_ifs.onnx": (17, 18, 4, 4, 40, 19, 19),
    "qdq_multi_consumer.onnx": (39, 94, 0, 0, 16_658_432, 2_408_448, 2_408_448),
    "scan_1.onnx": (4, 33, 5, 0, 1_392, 528, 544),
    "sequence_insert.onnx": (1, 3, 2, 2, 48, 48, 48),
    "silero_vad_op18_ifless.onnx": (4, 53, 5, 0, 11_405, 11_381, 11_381),
    "simplified_ssd.onnx": (10, 21, 0, 0, 331_560_000, 207_360_000, 207_360_000),
    "super_resolution.onnx": (8, 17, 9, 0, 68_038_656, 25_690_112, 25_690_112),
    "ultraface_slim320_simplified.onnx": (95, 188, 0, 0, 25_260_960, 4_915_200, 4_915_200),
    "light_bvlc_alexnet.onnx": (40, 58, 0, 0, 7_804_736, 2_239_488, 2_239_488),
    "light_densenet121.onnx": (1_746, 2_595, 0, 0, 321_084_320, 8_429_568, 8_830_976),
    "light_inception_v1.onnx": (237, 356, 0, 0, 37_244_480, 6_422_528, 6_422_528),
    "light_inception_v2.onnx": (916, 1_403, 0, 0, 85_146_048, 6_422_528, 6_422_528),
    "light_resnet50.onnx": (415, 685, 0, 0, 150_853_440, 9_633_792, 9_633_792),
    "light_shufflenet.onnx": (446, 728, 0, 0, 57_673_984, 3_110_912, 3_110_912),
    "light_squeezenet.onnx": (105, 158, 0, 0, 28_793_728, 6_308_352, 6_308_352),
    "light_vgg19.onnx": (82, 122, 0, 0, 125_747_008, 25_690_112, 25_690_112),
    "light_zfnet512.onnx": (38, 57, 0, 0, 19_442_112, 9_124_608, 9_124_608),
}
COLUMNS = ("ops", "tensors", "unknown", "then", "naive", "max_live", "peak")


@pytest.mark.parametrize("name", TABLE)
def test_a_real_file_gives_these_figures(shared, name):
    light = Path(onnx.__file__).parent / "backend/test/data/light"
    folder = light if name.startswith("light_") else shared / "nets/onnx"
    row = measured(folder / name)
    assert tuple(row[column] for column in COLUMNS) == TABLE[name]


def test_the_table_has_every_file(shared):
    assert [path.name for path in files(shared)] == list(TABLE)
