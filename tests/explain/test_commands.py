"""The commands `explain` and `verify`: answers, and exit statuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from memplan.cli import main

SAMPLES = Path(__file__).resolve().parent.parent.parent / "sample_nets"
LENET = [str(SAMPLES / "lenet" / "predict_net.pbtxt"), "--init",
         str(SAMPLES / "lenet" / "init_net.pbtxt")]  # fmt: skip
EXPLAINED = {"blob", "range", "slot", "offset", "mates", "reasons", "versus"}
VERDICT = {"safe", "kind", "op", "blob", "overwritten_by", "at"}
CHAIN = """
name: "chain" external_input: "data" external_output: "out"
op { type: "Relu" input: "data" output: "a" }
op { type: "Relu" input: "a" output: "b" }
op { type: "Relu" input: "b" output: "c" }
op { type: "Sum" input: "a" input: "c" output: "out" }
"""


@pytest.fixture
def chain(tmp_path: Path) -> Path:
    path = tmp_path / "chain.pbtxt"
    path.write_text(CHAIN, encoding="utf-8")
    return path


def init_of(name: str) -> list[str]:
    folder = SAMPLES / name
    init = next((p for p in folder.iterdir() if p.name.startswith("init_net")), None)
    net = next(p for p in folder.iterdir() if p.name.startswith("predict_net"))
    return [str(net), *(["--init", str(init)] if init else [])]


def test_explain_tells_why_a_blob_lies_where_it_does(capsys) -> None:
    assert main(["explain", *init_of("lenet"), "--blob", "pool1", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told) == EXPLAINED
    assert told["versus"] is None
    assert told["range"][0] < told["range"][1]
    assert all(set(r) == {"candidate", "reason", "until"} for r in told["reasons"])
    assert main(["explain", *init_of("lenet"), "--blob", "pool1"]) == 0
    text = capsys.readouterr().out
    assert "'pool1' is alive in [" in text


@pytest.mark.parametrize("planner", ["greedy_by_size", "safe", "caffe2_simple", "caffe2_dag"])
def test_explain_of_two_blobs(capsys, chain: Path, planner: str) -> None:
    asked = ["explain", str(chain), "--input", "data=4,4", "--planner", planner, "--blob", "a"]
    assert main([*asked, "--versus", "b", "--json"]) == 0
    versus = json.loads(capsys.readouterr().out)["versus"]
    assert set(versus) == {"can_share", "why", "cost_bytes"}
    assert versus["can_share"] is False
    assert "op 3 (Sum) is the last to need the first" in versus["why"]
    assert main([*asked, "--versus", "nobody"]) == 2


def test_verify_accepts_what_a_safe_planner_wrote_and_refuses_what_is_not(
    capsys, chain: Path, tmp_path: Path
) -> None:
    for name in ("lenet", "residual", "gradients"):
        after = tmp_path / f"{name}.pb"
        assert main(["optimize", *init_of(name), "--out", str(after)]) == 0
        capsys.readouterr()
        assert main(["verify", *init_of(name), str(after), "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["safe"] is True
    broken = tmp_path / "broken.pbtxt"
    broken.write_text(CHAIN.replace('"c"', '"a"'), encoding="utf-8")
    assert main(["verify", str(chain), str(broken), "--json"]) == 1
    verdict = json.loads(capsys.readouterr().out)
    assert set(verdict) == VERDICT
    assert verdict["safe"] is False
    assert (verdict["op"], verdict["blob"], verdict["overwritten_by"]) == (3, "a", 2)
    assert verdict["at"] == 2
    assert main(["verify", str(chain), str(broken)]) == 1
    assert "op 3 (Sum) read 'a', and now reads in 'a' what op 2 writes" in capsys.readouterr().out


def test_verify_finds_the_order_that_ops_were_put_into(capsys, tmp_path: Path) -> None:
    head = 'name: "n" external_input: "data" external_output: "out"\n'
    rows = [("Relu", "data", "a"), ("Tanh", "data", "b"), ("Relu", "a", "c"), ("Relu", "b", "d")]
    ops = [f'op {{ type: "{k}" input: "{x}" output: "{y}" }}\n' for k, x, y in rows]
    end = 'op { type: "Sum" input: "c" input: "d" output: "out" }\n'
    before, after = tmp_path / "before.pbtxt", tmp_path / "after.pbtxt"
    before.write_text(head + "".join(ops) + end, encoding="utf-8")
    after.write_text(head + "".join(ops[k] for k in (1, 3, 0, 2)) + end, encoding="utf-8")
    assert main(["verify", str(before), str(after)]) == 0
    assert "The ops stand in another order." in capsys.readouterr().out
    wrong = "".join(ops[k] for k in (1, 3, 0, 2)).replace('"d"', '"t"').replace('"a"', '"t"')
    after.write_text(head + wrong + end.replace('"d"', '"t"'), encoding="utf-8")
    assert main(["verify", str(before), str(after), "--json"]) == 1
    verdict = json.loads(capsys.readouterr().out)
    assert (verdict["op"], verdict["blob"], verdict["overwritten_by"]) == (4, "d", 0)
    assert verdict["at"] == 2, "the third op to run in the new order"


def test_verify_of_a_plan_for_a_known_net(capsys, chain: Path, tmp_path: Path) -> None:
    net = [str(chain), "--input", "data=4,4"]
    for form in ("json", "csv", "minimalloc-plan"):
        path = tmp_path / f"plan.{form}"
        export = ["export", *net, "--format", form, "--out", str(path)]
        assert main(export) == 0
        capsys.readouterr()
        assert main(["verify", *net, str(path), "--json"]) == 0, form
        assert json.loads(capsys.readouterr().out)["safe"] is True
    plan = json.loads((tmp_path / "plan.json").read_text())
    for buffer in plan["buffers"]:
        buffer["offset"] = 0
    bad = tmp_path / "bad.json"
    bad.write_text(json.dumps(plan))
    assert main(["verify", *net, str(bad), "--json"]) == 1
    verdict = json.loads(capsys.readouterr().out)
    assert verdict["kind"] == "lies on the bytes of another"
    assert verdict["overwritten_by"] <= verdict["op"]
    assert main(["verify", *net, str(bad)]) == 1
    assert "to bytes that 'data' holds" in capsys.readouterr().out
    assert main(["verify", str(chain), str(bad)]) == 2, "nobody knows the sizes"
    assert "unknown" in capsys.readouterr().err


def test_verify_says_what_cannot_be_compared(capsys, chain: Path, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("id,lower,upper,size\nx,0,2,8\n", encoding="utf-8")
    assert main(["verify", str(chain), str(table)]) == 2
    assert "no plan" in capsys.readouterr().err
    assert main(["verify", str(table), str(chain)]) == 2
    other = tmp_path / "other.pbtxt"
    other.write_text(CHAIN.replace('"Sum"', '"Mul"'), encoding="utf-8")
    assert main(["verify", str(chain), str(other), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["kind"] == "another op"


def test_no_waiting_shares_only_what_dependencies_keep_apart(capsys, tmp_path: Path) -> None:
    rows = [("Relu", "data", "a"), ("Relu", "a", "l"), ("Tanh", "a", "r"), ("Relu", "l", "l2"),
            ("Relu", "r", "r2")]  # fmt: skip
    ops = [f'op {{ type: "{k}" input: "{x}" output: "{y}" }}\n' for k, x, y in rows]
    end = 'op { type: "Sum" input: "l2" input: "r2" output: "out" }\n'
    net = tmp_path / "net.pbtxt"
    head = 'name: "n" external_input: "data" external_output: "out"\n'
    net.write_text(head + "".join(ops) + end, encoding="utf-8")
    asked = ["plan", str(net), "--input", "data=4,4", "--json"]
    assert main(asked) == 0
    plain = json.loads(capsys.readouterr().out)
    assert main([*asked, "--no-waiting"]) == 0
    free = json.loads(capsys.readouterr().out)
    assert free["unsafe"] is None
    assert free["peak_bytes"] > plain["peak_bytes"]
    assert main([*asked[:-1], "--planner", "safe", "--no-waiting"]) == 0
    assert "Sharing is to make no op wait: Shared blobs, safe in" in capsys.readouterr().out
    out = tmp_path / "plan.json"
    tried = [[], ["--no-waiting"], ["--planner", "safe"], ["--planner", "safe", "--no-waiting"]]
    for more, status in zip(tried, (1, 0, 1, 0), strict=True):
        export = ["export", str(net), "--input", "data=4,4", "--format", "json", *more]
        assert main([*export, "--out", str(out)]) == 0
        verify = ["verify", str(net), str(out), "--input", "data=4,4", "--parallel"]
        assert main(verify) == status, more
        capsys.readouterr()


def test_buffers_without_a_graph_are_explained_too(capsys, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("id,lower,upper,size\nx,0,2,8\ny,1,3,8\nz,2,4,8\n", encoding="utf-8")
    assert main(["explain", str(table), "--blob", "x", "--versus", "y"]) == 0
    assert "both are alive at step 1" in capsys.readouterr().out
    assert main(["explain", str(table), "--blob", "x", "--versus", "z", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["versus"]["can_share"] is True
