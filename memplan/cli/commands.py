"""The commands; each returns its whole answer: text, or the bytes of a file."""

from __future__ import annotations

import click

from memplan.cli.arguments import size
from memplan.cli.break_it import break_planner
from memplan.cli.check import check
from memplan.cli.explain import explain, verify
from memplan.cli.export import export, report
from memplan.cli.grade import grade_folder
from memplan.cli.json_text import json_text
from memplan.cli.open_app import open_app
from memplan.cli.opening import Opening, net_options
from memplan.cli.optimize import optimize
from memplan.cli.pack import pack_command
from memplan.cli.planning import plan_options
from memplan.cli.report import plan_report, planners_report, profiles_report, shapes_report
from memplan.net import Dim, Net
from memplan.planners import PLANNERS
from memplan.profiles import PROFILES, Engine, against_engine
from memplan.study import Settings, Study, study
from memplan.views.engines import engine_rows, engine_sentence, stand_in_sentence
from memplan.views.plan_files import plan_json
from memplan.views.spilling import spill_of, spill_rows, spill_sentence

__all__ = ["memplan"]

_json_option = click.option("--json", "as_json", is_flag=True, help="Machine-readable answer.")


@click.group(no_args_is_help=False)
def memplan() -> None:
    """See where a neural net's memory goes, and plan where each of its blobs lies.

    NET is an ONNX or TensorFlow Lite model or a program of torch.export; or a Caffe2 NetDef, binary
    or text, or a zip of one with its init net and value_info.json.
    """


@memplan.command()
@net_options
@plan_options
@click.option(
    "--fast",
    metavar="SIZE",
    callback=size,
    help="Say what must go to a slow memory, where a fast one holds so much, as in 256KiB.",
)
@_json_option
def plan(opening: Opening, settings: Settings, *, fast: int | None, as_json: bool) -> str:
    """Plan the memory of NET."""
    net = opening.prepared()
    result = study(net, settings)
    spilled = None if fast is None else spill_of(result, fast)
    engine = None
    if settings.profile is not None:
        engine = against_engine(net, PROFILES[settings.profile], settings)
    if as_json:
        more = {} if engine is None else {"engine": engine_rows(engine, result)}
        more |= {} if spilled is None else {"fast": spill_rows(spilled)}
        return json_text({**plan_json(result), **more})
    told = "" if spilled is None else spill_sentence(result, spilled)
    beside = "\n\n".join(part for part in (_beside(engine, result), told) if part)
    return plan_report(result, beside, opening.assumed(net))


def _beside(engine: Engine | None, result: Study) -> str:
    """What an engine makes of the net, or that nobody can say; nothing without a profile."""
    if engine is not None:
        return engine_sentence(engine, result)
    name = result.settings.profile
    return "" if name is None else stand_in_sentence(PROFILES[name], result)


@memplan.command()
@net_options
@_json_option
def shapes(opening: Opening, *, as_json: bool) -> str:
    """Tell the shape of every blob of NET."""
    net = opening.prepared()
    return json_text(_dims(net)) if as_json else shapes_report(net)


@memplan.command()
@_json_option
def profiles(*, as_json: bool) -> str:
    """List the engines whose accounting `--profile` takes over."""
    if not as_json:
        return profiles_report()
    rows = ({"name": p.name, "title": p.title, "line": p.line} for p in PROFILES.values())
    return json_text(list(rows))


@memplan.command()
@_json_option
def planners(*, as_json: bool) -> str:
    """List the planners."""
    if not as_json:
        return planners_report()
    rows = ({"name": p.name, "title": p.title, "line": p.line} for p in PLANNERS.values())
    return json_text(list(rows))


def _dims(net: Net) -> dict[str, list[Dim] | None]:
    shapes = {name: net.blob(name).shape for name in net.names()}
    return {name: None if shape is None else list(shape) for name, shape in shapes.items()}


for command in (
    check,
    open_app,
    optimize,
    export,
    report,
    pack_command,
    grade_folder,
    break_planner,
    explain,
    verify,
):
    memplan.add_command(command)
