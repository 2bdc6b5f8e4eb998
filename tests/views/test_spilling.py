"""Fast and slow memory on a net, and on the command line."""

import json

from memplan.cli import main
from memplan.liveness import storages
from memplan.liveness.traffic import traffic
from memplan.net import Blob, DType, Net, Op
from memplan.study import prepare, study
from memplan.verify import verify
from memplan.views.spilling import spill_of, spill_sentence

LENET = ["plan", "sample_nets/lenet/predict_net.pbtxt", "--init", "sample_nets/lenet/init_net.pb"]
LENET += ["--input", "data=1,1,28,28"]


def net() -> Net:
    """A chain whose first blob is read once more at its end."""
    ops = (
        Op("Relu", ("x",), ("a",)),
        Op("Relu", ("a",), ("b",)),
        Op("Relu", ("b",), ("c",)),
        Op("Sum", ("a", "c"), ("y",)),
    )
    return Net("n", ops, {"x": Blob("x", (1, 16), DType.FLOAT32)}, ("x",), ("y",))


def test_traffic_counts_each_access_of_an_op() -> None:
    ready = prepare(net())
    assert dict(traffic(ready, storages(ready))) == {"x": 64, "a": 192, "b": 128, "c": 128, "y": 64}


def test_what_is_read_least_goes() -> None:
    result = study(prepare(net()))
    found = spill_of(result, 128)
    verify(found.plan)
    # At the step of c, a and b are alive with it: b and c cost 128, a 192.
    assert (found.moved, found.least) == (128, True)
    assert "128 B written to them and read by ops; the least there is." in spill_sentence(
        result, found
    )
    assert "nothing goes to the slow one" in spill_sentence(result, spill_of(result, 4096))


def test_the_command_tells_it_in_words_and_as_values(capsys) -> None:
    assert main([*LENET, "--fast", "48KiB"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "Fast memory of 48.0 KiB: 2 of 8 go to the slow one" in text
    assert main([*LENET, "--fast", "48KiB", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)["fast"]
    assert answer["capacity"] == 49152
    assert len(answer["spilled"]) == 2
    assert answer["least"] is True


def test_a_size_that_is_none_is_one_sentence(capsys) -> None:
    for wrong in ("much", "-1", "9" * 400):
        assert main([*LENET, "--fast", wrong]) == 2
        told = capsys.readouterr()
        assert (told.out, told.err.count("\n")) == ("", 1)
