"""Break it: the smallest problem on which a planner of offsets needs more than the best plan.

Idea: try all problems in the order of their size, and stop at the first on which the planner
loses. Most need no search for the best plan: the planner meets a bound. Left out are problems
that say nothing new: of two steps with nothing that ends and begins between them one is enough;
where nothing spans two steps the problem is two problems; sizes with a common factor are a
smaller problem; buffers of the same life are alike. If none of those will do, larger ones are drawn
at random, and what is found is made smaller while the planner still loses.
Cost: grows as steeply as it sounds: some thousand problems of four buffers, some hundred
thousand of five.
Reference: none; the order of the search is ours.
"""

from __future__ import annotations

from memplan.adversary.best_plan import best_plan
from memplan.adversary.loss import BREAKABLE, Extent, Loss, smallest_loss

__all__ = ["BREAKABLE", "Extent", "Loss", "best_plan", "smallest_loss"]
