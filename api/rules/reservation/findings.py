"""A rule told in French about one case, with its source and whatever is left to check."""

from collections.abc import Iterable, Sequence
from datetime import date

from api.rules.dated import Sourced
from api.rules.decp.coherence import euros
from api.rules.reservation.advice import Finding
from api.rules.reservation.facts import Facts, recent_awards, relied_on, threshold_met
from api.rules.reservation.rulebook import Combination, Question, Rule

TO_CHECK = "À vérifier\u00a0: "
SEPARATOR = "\u00a0; "
NO_RULE = Finding(
    code="no-rule",
    text=TO_CHECK + "aucune règle enregistrée ne permet de répondre pour un avis de cette date.",
    source="Code de la commande publique",
    in_force_from=None,
    verified=False,
)
NO_PAIR_RULE = Finding(
    code="no-combination-rule",
    text=TO_CHECK + "aucune règle enregistrée ne dit si ces articles peuvent être combinés.",
    source="Code de la commande publique, art. L2113-14 et L3113-3",
    in_force_from=None,
    verified=False,
)


def distinct(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings in order, a sentence once: two rules may lack the same fact."""
    kept: dict[str, Finding] = {}
    for finding in findings:
        kept.setdefault(finding.text, finding)
    return tuple(kept.values())


def told(rule: Rule, facts: Facts) -> Finding:
    """A rule whose conditions are met, with the amounts and companies of the case."""
    return _finding(rule.id, rule.text.format(**_words(rule, facts)), _sources(rule, facts))


def doubt(rule: Rule, facts: Facts) -> Finding:
    """A rule that can't be answered: which fact is missing, and why it matters."""
    return _finding(rule.id, rule.if_unknown or rule.text, _sources(rule, facts))


def pair(row: Combination) -> Finding:
    """What the law says of two bases asked together."""
    return _finding(row.id, row.text, [row])


def _words(rule: Rule, facts: Facts) -> dict[str, str]:
    """What the text may name: the threshold that was met, the companies that are barred."""
    words = {"threshold": "", "sirets": ""}
    for condition in rule.conditions:
        if condition.question in (Question.BELOW_THRESHOLD, Question.REACHES_THRESHOLD):
            threshold = threshold_met(facts, condition)
            words["threshold"] = euros(threshold.amount) if threshold else ""
        if condition.question is Question.AWARDED_WITHIN_MONTHS:
            barred = {award.siret for award, sure in recent_awards(facts, condition) if sure}
            words["sirets"] = ", ".join(sorted(barred))
    return words


def _sources(rule: Rule, facts: Facts) -> list[Sourced]:
    """The rule, then the lists and thresholds its conditions were answered from."""
    used = (relied_on(condition, facts) for condition in rule.conditions)
    sources: list[Sourced] = [rule]
    for one in used:
        if one is not None and one not in sources:
            sources.append(one)
    return sources


def _cited(sources: Sequence[str]) -> list[str]:
    """The sources, without one that another cites more fully."""
    return [
        one
        for one in sources
        if not any(other != one and other.startswith(one) for other in sources)
    ]


def _finding(code: str, text: str, sources: list[Sourced]) -> Finding:
    checks = [one.to_check for one in sources if one.to_check]
    days: list[date] = [one.in_force_from for one in sources if one.in_force_from]
    return Finding(
        code=code,
        text=f"{text} {TO_CHECK}{SEPARATOR.join(checks)}." if checks else text,
        source=SEPARATOR.join(_cited([one.source for one in sources])),
        in_force_from=max(days, default=None),
        verified=not checks,
    )
