"""Fill in the dims and element types of a net's blobs; what stays unknown, with the reason.

One walk over the ops in their order. Each op's shape rule is asked with what is known of its
inputs. A reason is handed on from input to output, so that at the end of a long chain it still
names the root: the blob or the op to be fixed.

    data [1, 3, 8, 8] ──Conv──▶ a [1, 4, 6, 6] ──Foo──▶ b ? ──Relu──▶ c ?
                                                        └── "no shape rule for operator 'Foo'…"
"""

from __future__ import annotations

from memplan.shapes.walk import infer_shapes

__all__ = ["infer_shapes"]
