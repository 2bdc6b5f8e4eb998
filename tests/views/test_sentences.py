from dataclasses import replace

from memplan.net import Blob, RoleRule
from memplan.plan import Decision, Reason, Rejection
from memplan.study import Settings
from memplan.views.decisions import decision_sentence
from memplan.views.sentences import (
    headlines,
    peak_sentence,
    proof_sentence,
    role_reason,
    unknown_reason,
    unknown_sentence,
    witness_sentence,
)
from tests.views.made_studies import HOSTILE, hostile, small


def test_headlines_say_the_figures():
    study = small()
    values = {h.name: h for h in headlines(study)}
    assert list(values) == ["Weights", "No sharing", "Peak", "Lower bound", "Saved", "Unknown"]
    assert f"{study.metrics.peak_bytes:,} B" in values["Peak"].help
    assert values["Weights"].value == "256 B"
    assert values["Unknown"].value == "1"


def test_a_proof_names_its_step_and_its_bytes():
    study = hostile()
    assert study.plan.proven
    sentence = proof_sentence(study)
    proof = study.plan.proof
    assert f"At step {proof.step} these {len(proof.buffers)} blobs" in sentence
    assert f"{proof.bytes:,} B; no plan in this order of ops can need less." in sentence


def test_nothing_is_called_proven_without_a_proof():
    unknown = proof_sentence(small())
    assert "Proven" not in unknown
    assert "while 1 size is unknown" in unknown
    loose = proof_sentence(small(Settings(planner="naive")))
    assert loose.startswith("Not proven: the peak is ")


def test_a_decision_tells_what_was_passed_over():
    study = small()
    last = study.decisions[-1]
    told = decision_sentence(last, study)
    assert f"{len(study.decisions)}th of {len(study.decisions)}" in told
    assert f"at offset {last.offset:,}: the lowest hole of at least" in told
    holes = tuple(Rejection(i, 4, Reason.HOLE_TOO_SMALL) for i in range(5))
    several = Decision(0, "a", 0, 64, holes, omitted=2)
    sentence = decision_sentence(several, study)
    assert sentence.startswith("Placed 1st of ")
    assert sentence.count("too small") == 3
    assert sentence.endswith("and 4 more.")


def test_sentences_are_one_line_whatever_the_names():
    study = hostile()
    sentences = [proof_sentence(study), peak_sentence(study), witness_sentence(study.metrics.bound)]
    sentences += [decision_sentence(d, study) for d in study.decisions]
    sentences.append(unknown_reason(Blob("x", unknown=None)))
    assert all(s.isprintable() for s in sentences)
    assert not any(HOSTILE[3] in s for s in sentences)


def test_rules_and_reasons_in_words():
    assert role_reason(Blob("w", rule=RoleRule.PARAMETER)) == RoleRule.PARAMETER.value
    assert role_reason(Blob("w"))
    assert "depends on the data" in unknown_sentence(small())
    whole = replace(small(), metrics=replace(small().metrics, unknown=()))
    assert unknown_sentence(whole).startswith("Every size is known")
