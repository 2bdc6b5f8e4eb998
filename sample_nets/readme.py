"""README.md of this folder, made from the samples so that it cannot disagree with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sample import Group, Sample

__all__ = ["readme"]

INTRO = """\
# Sample nets

Nets to open with one click in the app, or on the command line:

    python -m memplan plan sample_nets/chain/predict_net.pbtxt \\
        --init sample_nets/chain/init_net.pbtxt \\
        --value-info sample_nets/chain/value_info.json

    python -m memplan plan sample_nets/transformer/transformer.onnx --dim batch=1 --dim length=128

A folder holds an ONNX model, whose free dims the app sets to the numbers in `index.json` at first,
a TensorFlow Lite model or a program of torch.export; or a predict net (text, made to be read), an
init net and `value_info.json`, which gives the shapes of the inputs. The init nets are fill
operators: they carry the shape of every weight and none of its numbers, so a net of 61 million
parameters is a few kilobytes. Those of the whole nets are binary files (`.pb`), the others text.
The weights of the models of other formats (`.onnx`, `.tflite`) are zeros; `.pt2` has none. Making
all of them takes the packages of `tests/requirements.txt` too.

`python sample_nets/make.py` makes all of it again, byte for byte, this page and `index.json`
too. `index.json` is what the app and `memplan.samples` read.
"""

NOTES = """\
## How parameters are counted

Weights and biases of convolutions and fully connected layers, scale and shift of batch norms.
Running means and variances are not trained, so they are counted apart, as statistics; they do
take memory, and memplan counts both as weights.

## What is reproduced

- MobileNet v2 has batch norm and ReLU6 (a `Clip`) in place, so the blobs that hold memory are
  those of a net with both folded into the convolutions: 65 besides the input
  (`--no-count-inputs`), 26.313 MiB without sharing and 5.742 MiB with, as published for this net.
- ResNet-50 needs 7,225,344 bytes (the 7.2 MB of MCUNet's paper) because batch norm and `Sum` are
  in place too. Caffe2's own export of it has separate blobs for them, and needs more.
- AlexNet is Caffe's variant: one tower, 227 x 227, pooling after normalisation.
- LRN's second output, the scale, is kept as exports for Caffe2 keep it, though nothing reads it
  when a net only predicts.
- Dropout has one output: in test mode Caffe2 makes no mask.
"""


def readme(samples: Sequence[Sample]) -> str:
    """The page as Markdown."""
    return "\n".join([INTRO, *_tables(samples), NOTES])


def _tables(samples: Sequence[Sample]) -> Iterator[str]:
    idea = [s for s in samples if s.group is Group.IDEA]
    whole = [s for s in samples if s.group is Group.WHOLE]
    yield "## One idea each\n"
    yield "| folder | net | ops | what to look at |\n|---|---|---|---|"
    yield from (f"| `{s.id}` | {s.title} | {s.ops} | {s.look} |" for s in idea)
    yield "\n## Whole nets\n"
    yield "| folder | net | ops | parameters | statistics | what to look at | built from |"
    yield "|---|---|---|---|---|---|---|"
    for s in whole:
        counts = f"{s.net.parameters:,} | {s.net.statistics:,}"
        yield f"| `{s.id}` | {s.title} | {s.ops} | {counts} | {s.look} | {s.source} |"
    yield ""
