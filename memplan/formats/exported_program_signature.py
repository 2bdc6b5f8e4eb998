"""What the inputs and outputs of an exported program are: the user's, weights, state."""

from __future__ import annotations

from dataclasses import dataclass, field

from memplan.formats.exported_program_bodies import tensors_in
from memplan.formats.exported_program_file import choice, entries, member, text

__all__ = ["Signature", "signature_of"]

_STORED = ("parameter", "buffer", "tensor_constant")


@dataclass(slots=True)
class Signature:
    """The parts of a program's signature, in the names that the graph uses.

    Attributes:
        stored: Inputs whose content is in the file: parameters, buffers, constants.
        outputs: What the user gets.
        written: Pairs (input, value): what the input holds after the run, copied there.
    """

    stored: set[str] = field(default_factory=set)
    outputs: list[str] = field(default_factory=list)
    written: list[tuple[str, str]] = field(default_factory=list)


def signature_of(program: dict[str, object]) -> Signature:
    """Read the signature, in the form of torch 2.2 and later or of 2.1.

    Raises:
        BrokenProgram: It is not what a signature should be.
    """
    about = member(program, "graph_module", "signature")
    if "input_specs" not in about:
        return _of_the_first(about)
    found = Signature()
    targets: dict[str, str] = {}
    for spec in entries(about.get("input_specs")):
        kind, what = choice(spec)
        if kind in _STORED:
            name = text(member(what, "arg").get("name"))
            found.stored.add(name)
            parts = (member(what).get(part) for part in ("parameter_name", "buffer_name"))
            targets.update((text(part), name) for part in parts if part is not None)
    for spec in entries(about.get("output_specs")):
        kind, what = choice(spec)
        _note_output(found, kind, member(what), targets)
    return found


def _note_output(
    found: Signature, kind: str, what: dict[str, object], targets: dict[str, str]
) -> None:
    if kind == "user_output":
        found.outputs += tensors_in(what.get("arg"))
    elif kind.endswith("_mutation"):
        place = _target(what, targets)
        if place is not None:
            found.written.append((place, text(member(what, "arg").get("name"))))
    elif kind == "loss_output" or kind.startswith("gradient_to_"):
        found.outputs.append(text(member(what, "arg").get("name")))


def _target(what: dict[str, object], targets: dict[str, str]) -> str | None:
    """The input that a mutation writes to."""
    if "user_input_name" in what:
        return text(what["user_input_name"])
    for part in ("buffer_name", "parameter_name"):
        if part in what:
            return targets.get(text(what[part]))
    return None


def _of_the_first(about: dict[str, object]) -> Signature:
    """Torch 2.1 names the parts in tables of their own."""
    parameters, buffers = member(about, "inputs_to_parameters"), member(about, "inputs_to_buffers")
    places = {text(buffer): name for name, buffer in buffers.items()}
    written = [
        (places[text(buffer)], value)
        for value, buffer in member(about, "buffers_to_mutate").items()
        if text(buffer) in places
    ]
    outputs = [text(name) for name in entries(about.get("user_outputs"))]
    return Signature({*parameters, *buffers}, outputs, written)
