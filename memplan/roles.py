"""What each blob is to the net: input, weight, activation, output; and by which rule.

The rules, the first that applies: the user's word; what the file keeps from run to run is state;
what it stores, or makes from that alone, is a weight; filled by the init net (but a one-element
dummy that is read as data is an input, as init nets often fill `data` so); listed in
value_info; an external input that every reader takes at a parameter position of its operator;
any other external input. A blob that an op makes is an output when it is declared as one, or,
in a net that declares none, when nobody reads it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from memplan.errors import InvalidNet, quoted
from memplan.net import Blob, Net, Role, RoleRule, made_names, reads_by_op
from memplan.ops import schema_of

__all__ = ["assign_roles"]

Decided = tuple[Role, RoleRule]

# Rules that a reader applies, where the file leaves no doubt.
_BY_FILE: Mapping[RoleRule, Role] = MappingProxyType(
    {
        RoleRule.VARIABLE: Role.STATE,
        RoleRule.STORED: Role.WEIGHT,
        RoleRule.CONSTANT: Role.WEIGHT,
    }
)


def assign_roles(net: Net, chosen: Mapping[str, Role] = MappingProxyType({})) -> Net:
    """Give every blob of `net` its role and the rule that decided it.

    Args:
        chosen: Roles that the user sets, by name; they win.

    Raises:
        InvalidNet: `chosen` names a blob that the net does not have.
    """
    names = net.names()
    present = set(names)
    for name in chosen:
        if name not in present:
            raise InvalidNet(f"cannot set the role of {quoted(name)}: the net has no such blob")
    uses = _Uses(net)
    blobs = dict(net.blobs)
    for name in names:
        blob = net.blob(name)
        role, rule = (chosen[name], RoleRule.USER) if name in chosen else uses.decide(blob)
        blobs[name] = blob.with_role(role, rule)
    return net.with_blobs(blobs)


class _Uses:
    """Who makes and who reads each name, and at which kind of position."""

    def __init__(self, net: Net) -> None:
        self.made = set(made_names(net)) - _read_first(net)
        self.outputs = set(net.outputs)
        self.read: set[str] = set()
        self.as_data: set[str] = set()
        self.beside_parameters: set[str] = set()
        self._note_reads(net)

    def _note_reads(self, net: Net) -> None:
        for op in net.ops:
            schema = schema_of(net.dialect, op.type)
            parameters = schema.parameters if schema else frozenset()
            self.read.update(op.inputs)
            if parameters:
                data = [name for k, name in enumerate(op.inputs) if k not in parameters]
                self.beside_parameters.update(data)
                self.as_data.update(data)
            else:
                self.as_data.update(op.inputs)
            for nested in op.nets.values():
                self._note_reads(nested)

    def decide(self, blob: Blob) -> Decided:
        told = blob.rule
        if told is not None and told in _BY_FILE:
            return _BY_FILE[told], told
        made = blob.name in self.made
        return self._decide_made(blob.name) if made else self._decide_external(blob)

    def _decide_external(self, blob: Blob) -> Decided:
        name = blob.name
        if blob.rule is RoleRule.DESCRIBED:
            return Role.INPUT, RoleRule.DESCRIBED
        if blob.initialized:
            # One element where the operator beside takes its weights: a stand-in for the input.
            dummy = blob.elements == 1 and name in self.beside_parameters
            return (Role.INPUT, RoleRule.DUMMY) if dummy else (Role.WEIGHT, RoleRule.FILLED)
        if name not in self.read:
            return Role.INPUT, RoleRule.UNREAD
        if name not in self.as_data:
            return Role.WEIGHT, RoleRule.PARAMETER
        return Role.INPUT, RoleRule.EXTERNAL

    def _decide_made(self, name: str) -> Decided:
        if name in self.outputs:
            return Role.OUTPUT, RoleRule.DECLARED_OUTPUT
        if not self.outputs and name not in self.read:
            return Role.OUTPUT, RoleRule.LAST
        return Role.ACTIVATION, RoleRule.MADE


def _read_first(net: Net) -> set[str]:
    """Names that are read before any op has written them: external, though written later."""
    made: set[str] = set()
    first: set[str] = set()
    for op, reads in zip(net.ops, reads_by_op(net), strict=True):
        if not made.issuperset(reads):
            first.update(name for name in reads if name not in made)
        made.update(op.outputs)
    return first
