"""The claim that a plan is optimal, made only with its witness."""

from __future__ import annotations

from dataclasses import replace

from memplan.bounds import lower_bound
from memplan.plan import Plan

__all__ = ["proof_of"]


def proof_of(plan: Plan) -> Plan:
    """The same plan, with the bound as its proof when the peak meets it.

    Nothing is claimed while a size is unknown.
    """
    bound = lower_bound(plan.problem)
    return replace(plan, proof=bound) if plan.peak == bound.bytes else plan
