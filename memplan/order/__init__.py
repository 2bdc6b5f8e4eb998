"""Other orders of the same ops: any in which an op comes after those that it depends on.

0 Copy ─▶ 1 Conv        generation by generation, as Caffe2 with its networkx:  0 2 1 3
2 Copy ─▶ 3 Conv        longest path first:                                     0 1 2 3
                        lowest peak: by what is alive, so by the sizes of the blobs
"""

from memplan.order.graph import dependency_graph, generation_order
from memplan.order.longest_path import longest_path_order
from memplan.order.lowest_peak import NODES, lowest_peak_order
from memplan.order.named import ORDERS, in_order, order_named

__all__ = [
    "NODES",
    "ORDERS",
    "dependency_graph",
    "generation_order",
    "in_order",
    "longest_path_order",
    "lowest_peak_order",
    "order_named",
]
