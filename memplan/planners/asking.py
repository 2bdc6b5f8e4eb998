"""What a recycler is asked about a net: the options by default, with the sizes that it reads."""

from __future__ import annotations

from dataclasses import replace

from memplan.errors import InvalidStepNet, TooLarge, quoted
from memplan.net import Net
from memplan.plan import Trace
from memplan.planners import RecyclerEntry
from memplan.planners.recycling import RecyclingOptions, check_options, default_options
from memplan.rewrite import Assignment

__all__ = ["default_question", "losses_of", "recycled"]


def recycled(
    net: Net,
    entry: RecyclerEntry,
    options: RecyclingOptions | None = None,
    trace: Trace | None = None,
) -> Assignment:
    """Ask a recycler for new names.

    Args:
        options: None: external blobs stay, everything else may share.
        trace: Notes the planner's decisions.

    Raises:
        InvalidNet: The options name what is not there, or the planner cannot take the net.
        InvalidStepNet: What a step net reads cannot be known: its text is no net.
        TooLarge: The net is longer than the planner can be asked about.
    """
    if entry.most_ops is not None and len(net.ops) > entry.most_ops:
        raise TooLarge(
            f"{entry.title}: its time grows exponentially, so it is asked about at most "
            f"{entry.most_ops} ops, and the net has {len(net.ops):,}; choose another planner"
        )
    _check_step_nets(net)
    options = options or default_question(net, entry)
    check_options(net, options)
    return entry.recycle(net, _with_sizes(net, entry, options), trace)


def _check_step_nets(net: Net) -> None:
    """Refuse a step net that was not understood: the names in it would go unseen."""
    for index, op in enumerate(net.ops):
        for arg in ("step_net", "backward_step_net"):
            unread = op.args.get(arg) and arg not in op.nets
            if unread and op.type.startswith("RecurrentNetwork"):
                made = quoted(next(iter(op.outputs), ""))
                raise InvalidStepNet(
                    f"{quoted(arg)} of op {index} ({quoted(op.type)}, which makes {made}) is no "
                    "readable text net, so nobody can tell which blobs it uses; mend the text"
                )
        for nested in op.nets.values():
            _check_step_nets(nested)


def default_question(net: Net, entry: RecyclerEntry) -> RecyclingOptions:
    """What a recycler is asked when nothing is said: gradients are walked from the losses."""
    options = default_options(net)
    return replace(options, heads=losses_of(net)) if entry.from_losses else options


def _with_sizes(net: Net, entry: RecyclerEntry, options: RecyclingOptions) -> RecyclingOptions:
    blobs = [net.blob(name) for name in net.names()]
    if entry.by_shape and not options.shapes:
        known = (blob for blob in blobs if blob.elements is not None)
        dims = {b.name: tuple(d for d in b.shape or () if isinstance(d, int)) for b in known}
        return replace(options, shapes=dims)
    if entry.by_size and not options.sizes:
        sizes = {b.name: b.nbytes for b in blobs if b.nbytes is not None}
        # Caffe2 takes the size of every blob, or of none.
        return replace(options, sizes=sizes if len(sizes) == len(blobs) else {})
    return options


def losses_of(net: Net) -> tuple[str, ...]:
    """Blobs from which gradients start: Caffe2 fills the gradient of a loss with a constant."""
    fills = (op for op in net.ops if op.type == "ConstantFill" and op.inputs and op.outputs)
    return tuple(dict.fromkeys(op.inputs[0] for op in fills if op.outputs[0].endswith("_grad")))
