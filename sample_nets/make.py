"""Make every sample net again, byte for byte: ``python sample_nets/make.py [--into FOLDER]``.

For each sample a folder: predict_net.pbtxt, init_net.pb (init_net.pbtxt for small ones) and
value_info.json, or one file of another format; beside them index.json, which the app and the
command line read, and README.md.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))  # memplan, where it is not installed

from alexnet import alexnet  # noqa: E402  after the path is set
from exported import exported_attention  # noqa: E402
from inception import inception_v1  # noqa: E402
from lenet import lenet  # noqa: E402
from mobilenet import mobilenet_v2  # noqa: E402
from nested import async_if, recurrent  # noqa: E402
from onnx_builder import OnnxNet  # noqa: E402
from readme import readme  # noqa: E402
from resnet import resnet50  # noqa: E402
from sample import Group, MadeFile, Sample  # noqa: E402
from small import chain, diamond, in_place, inception_block, residual, two_devices  # noqa: E402
from squeezenet import squeezenet  # noqa: E402
from text import readable  # noqa: E402
from tflite_nets import mobilenet_block  # noqa: E402
from training import gradients  # noqa: E402
from transformer import kv_cache, lstm_scan, transformer  # noqa: E402

MAKERS = (
    chain,
    diamond,
    residual,
    inception_block,
    in_place,
    two_devices,
    gradients,
    async_if,
    recurrent,
    transformer,
    kv_cache,
    lstm_scan,
    mobilenet_block,
    exported_attention,
    lenet,
    alexnet,
    squeezenet,
    resnet50,
    mobilenet_v2,
    inception_v1,
)


def files_of(sample: Sample) -> Mapping[str, bytes]:
    """The files of a sample, by name."""
    if isinstance(sample.net, OnnxNet):
        return {f"{sample.id}.onnx": sample.net.to_bytes()}
    if isinstance(sample.net, MadeFile):
        return {sample.net.name: sample.net.data}
    comment = [f"{sample.title}: made by sample_nets/make.py."]
    init = (
        {"init_net.pbtxt": readable(sample.net.init, comment).encode()}
        if sample.group is Group.IDEA
        else {"init_net.pb": sample.net.init.SerializeToString(deterministic=True)}
    )
    shapes = {name: [dtype, list(dims)] for name, (dtype, dims) in sample.net.inputs.items()}
    return {
        "predict_net.pbtxt": readable(sample.net.predict, comment).encode(),
        **init,
        "value_info.json": f"{json.dumps(shapes)}\n".encode(),
    }


def entry_of(sample: Sample, files: Mapping[str, bytes]) -> dict[str, object]:
    """What index.json says of a sample."""
    return {
        "id": sample.id,
        "title": sample.title,
        "group": sample.group.value,
        "look": sample.look,
        "ops": sample.ops,
        "parameters": sample.net.parameters,
        "statistics": sample.net.statistics,
        "source": sample.source,
        "dims": dict(sample.net.dims) if isinstance(sample.net, OnnxNet | MadeFile) else {},
        "files": [f"{sample.id}/{name}" for name in files],
    }


def main() -> None:
    """Write all files below the folder asked for; without one, beside this script."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--into", type=Path, default=HERE, help="the folder to write to")
    into: Path = parser.parse_args().into
    samples, entries = [make() for make in MAKERS], []
    for sample in samples:
        files = files_of(sample)
        (into / sample.id).mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            (into / sample.id / name).write_bytes(data)
        entries.append(entry_of(sample, files))
    index = json.dumps({"samples": entries}, indent=2, ensure_ascii=False)
    (into / "index.json").write_bytes(f"{index}\n".encode())
    (into / "README.md").write_bytes(readme(samples).encode())
    print(f"{len(entries)} samples written")


if __name__ == "__main__":
    main()
