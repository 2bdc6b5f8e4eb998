"""Names of ATen's operators, by what they do with memory.

A name is that of the operator without its overload (``aten.add`` of ``aten.add.Tensor``).
Reference: native_functions.yaml of PyTorch (the annotations of its arguments).
"""

from __future__ import annotations

__all__ = ["BINARY", "RESHAPES", "SELF_OR_COPY", "STRIDED", "UNARY", "VIEWS"]

_VIEWS = """
    view view_as _unsafe_view _reshape_alias reshape reshape_as flatten unflatten ravel
    squeeze unsqueeze transpose swapaxes swapdims t numpy_T mT mH adjoint permute movedim moveaxis
    alias detach lift_fresh view_as_real view_as_complex positive conj _conj
    contiguous to type_as dropout feature_dropout alpha_dropout
    _autocast_to_full_precision _autocast_to_reduced_precision
    """
VIEWS = frozenset(_VIEWS.split())
"""The output is the first input: the same bytes under other dims."""

_RESHAPES = "reshape reshape_as flatten unflatten ravel"
RESHAPES = frozenset(_RESHAPES.split())
"""… unless its layout does not allow it; then it is a copy."""

_SELF_OR_COPY = "contiguous to type_as dropout feature_dropout alpha_dropout positive"
SELF_OR_COPY = frozenset(_SELF_OR_COPY.split())
"""… unless there is something to do; then it is another tensor."""

_STRIDED = """
    expand expand_as broadcast_to slice select narrow diagonal unfold as_strided
    split split_with_sizes unsafe_split unsafe_split_with_sizes chunk unsafe_chunk tensor_split
    hsplit vsplit dsplit unbind real imag
    """
STRIDED = frozenset(_STRIDED.split())
"""The outputs show parts of the first input, or the same part more than once."""

_UNARY = """
    abs acos acosh asin asinh atan atanh bitwise_not ceil celu clamp clamp_max clamp_min clip cos
    cosh deg2rad digamma elu erf erfc erfinv exp exp2 expm1 fix floor frac gelu hardshrink
    hardsigmoid hardswish hardtanh leaky_relu lgamma log log10 log1p log2 log_sigmoid logical_not
    logit masked_fill mish nan_to_num neg rad2deg reciprocal relu relu6 round rsqrt selu sgn
    sigmoid sign silu sin sinc sinh softplus softshrink sqrt square tan tanh threshold trunc
    _log_softmax _softmax log_softmax softmax fill zero
    """
UNARY = frozenset(_UNARY.split())
"""An element of the output needs one element of the first input alone, or one row of it."""

_BINARY = """
    add atan2 bitwise_and bitwise_left_shift bitwise_or bitwise_right_shift bitwise_xor div
    divide eq floor_divide fmax fmin fmod ge gt hypot le logical_and logical_or logical_xor lt
    maximum minimum mul multiply ne pow remainder rsub sub subtract true_divide
    """
BINARY = frozenset(_BINARY.split())
"""An element of the output needs the element at its place in either operand."""
