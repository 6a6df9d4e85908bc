"""May this contract be reserved? The dated rules applied to a request, without side effect."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import combinations

from api.rules.dated import in_force
from api.rules.reservation.advice import (
    Advice,
    BasisAdvice,
    CombinationAdvice,
    DecpEffect,
    DecpScope,
    Finding,
    LotAdvice,
    ScopeAdvice,
    State,
    worst,
)
from api.rules.reservation.facts import Facts, facts_of, holds
from api.rules.reservation.findings import NO_PAIR_RULE, NO_RULE, distinct, doubt, pair, told
from api.rules.reservation.request import Basis, Nature, ReservationRequest
from api.rules.reservation.rulebook import (
    RESTRICTING,
    BasisEntry,
    Effect,
    Rule,
    RuleBook,
)

RESERVED = {
    Nature.CONTRACT: "Marché réservé",
    Nature.CONCESSION: "Concession réservée",
    Nature.DEFENCE: "Marché réservé",
}


def advise(request: ReservationRequest, book: RuleBook) -> Advice:
    """What the rules in force on the day of the notice say of the request.

    Amounts in cents excluding tax. Never raises on a valid request: what can't be answered is
    "to verify", with the fact that is missing.
    """
    facts = facts_of(request, book)
    whole = _scope(request, book, facts)
    lots = []
    for number, lot in enumerate(request.lots, 1):
        scope = _scope(request, book, facts_of(request, book, lot))
        lots.append(
            LotAdvice(
                number=number, label=lot.label, bases=scope.bases, combination=scope.combination
            )
        )
    return Advice(
        notice_on=request.notice_on,
        whole=whole,
        lots=tuple(lots),
        decp=_decp(request.nature, whole, lots),
        information=_information(book, facts),
    )


def _scope(request: ReservationRequest, book: RuleBook, facts: Facts) -> ScopeAdvice:
    asked = frozenset(request.requested)
    bases = tuple(_basis(entry, entry.code in asked, book, facts) for entry in book.bases)
    return ScopeAdvice(bases=bases, combination=_combination(bases, book, facts))


# --- one basis -----------------------------------------------------------------------------------


def _basis(entry: BasisEntry, requested: bool, book: RuleBook, facts: Facts) -> BasisAdvice:
    facts = replace(facts, group=entry.group)
    answers = [
        (rule, holds(rule.conditions, facts))
        for rule in book.rules
        if entry.code in rule.bases and in_force(rule, facts.notice_on)
    ]
    state, reasons = _state(answers, facts, requested)
    useful = [rule for rule, answer in answers if answer and state is not State.CLOSED]
    return BasisAdvice(
        basis=entry.code,
        label=entry.label,
        requested=requested,
        state=state,
        reasons=reasons,
        obligations=_of(Effect.OBLIGATION, useful, facts),
        warnings=_of(Effect.WARNING, useful, facts),
    )


def _of(effect: Effect, rules: Iterable[Rule], facts: Facts) -> tuple[Finding, ...]:
    return distinct(told(rule, facts) for rule in rules if rule.effect is effect)


def _state(
    answers: Sequence[tuple[Rule, bool | None]], facts: Facts, requested: bool
) -> tuple[State, tuple[Finding, ...]]:
    """Closed by any rule that says so; never open while a rule that could close is unanswered.

    Of a basis asked for, what stays to be verified is told even when it is closed: mending one
    thing must not uncover the next.
    """
    met = {
        effect: [rule for rule, answer in answers if answer and rule.effect is effect]
        for effect in Effect
    }
    unanswered = [rule for rule, answer in answers if answer is None and rule.effect in RESTRICTING]
    doubts = [
        *(doubt(rule, facts) for rule in unanswered),
        *(told(rule, facts) for rule in met[Effect.TO_VERIFY]),
    ]
    if met[Effect.CLOSED]:
        closed = [told(rule, facts) for rule in met[Effect.CLOSED]]
        return State.CLOSED, distinct([*closed, *doubts] if requested else closed)
    rest = [*met[Effect.OPEN_UNDER_CONDITION], *met[Effect.OPEN]]
    reasons = distinct([*doubts, *(told(rule, facts) for rule in rest)])
    if doubts:
        return State.TO_VERIFY, reasons
    if not met[Effect.OPEN]:
        return State.TO_VERIFY, (*reasons, NO_RULE)
    return (State.OPEN_UNDER_CONDITION if met[Effect.OPEN_UNDER_CONDITION] else State.OPEN), reasons


# --- the bases asked together --------------------------------------------------------------------


def _combination(
    bases: Sequence[BasisAdvice], book: RuleBook, facts: Facts
) -> CombinationAdvice | None:
    asked = [one for one in bases if one.requested]
    if not asked:
        return None
    verdicts = [(one.state, one.reasons) for one in asked]
    for first, second in combinations(asked, 2):
        verdicts += _pair(first.basis, second.basis, book, facts)
    state = worst(*(verdict for verdict, _ in verdicts))
    # Why it is closed is what matters then; else everything that was found.
    kept = [why for verdict, why in verdicts if verdict is state or state is not State.CLOSED]
    return CombinationAdvice(
        bases=tuple(one.basis for one in asked),
        state=state,
        reasons=distinct(finding for findings in kept for finding in findings),
    )


def _pair(
    first: Basis, second: Basis, book: RuleBook, facts: Facts
) -> list[tuple[State, tuple[Finding, ...]]]:
    """What the law says of two bases together: nothing on file is "to verify", never "open"."""
    found: list[tuple[State, tuple[Finding, ...]]] = [
        (State(row.effect), (pair(row),))
        for row in book.combinations
        if in_force(row, facts.notice_on)
        and ((first, second) in row.pairs or (second, first) in row.pairs)
    ]
    return found or [(State.TO_VERIFY, (NO_PAIR_RULE,))]


# --- the contract itself -------------------------------------------------------------------------


def _information(book: RuleBook, facts: Facts) -> tuple[Finding, ...]:
    found = []
    for rule in book.rules:
        if rule.effect is not Effect.INFORMATION or not in_force(rule, facts.notice_on):
            continue
        answer = holds(rule.conditions, facts)
        if answer:
            found.append(told(rule, facts))
        elif answer is None and rule.if_unknown is not None:
            found.append(doubt(rule, facts))
    return distinct(found)


def _decp(nature: Nature, whole: ScopeAdvice, lots: Sequence[LotAdvice]) -> DecpEffect:
    """The record of a lot carries the mark when that lot is reserved, not the other lots'."""
    value = RESERVED[nature]
    if whole.combination is None:
        text = "Aucune réservation n’est demandée\u00a0: rien à publier à ce titre."
        return DecpEffect(scope=DecpScope.NONE, value=None, lots=(), text=text)
    if whole.combination.state is not State.CLOSED:
        text = f"Si elle est retenue, il faudra publier «\u00a0{value}\u00a0»" + (
            ", sur l’enregistrement de chaque lot." if lots else "."
        )
        numbers = tuple(lot.number for lot in lots)
        return DecpEffect(scope=DecpScope.WHOLE, value=value, lots=numbers, text=text)
    possible = tuple(
        lot.number for lot in lots if lot.combination and lot.combination.state is not State.CLOSED
    )
    if not possible:
        text = "La réservation demandée est fermée\u00a0: rien à publier à ce titre."
        return DecpEffect(scope=DecpScope.NONE, value=None, lots=(), text=text)
    text = (
        f"Seuls des lots peuvent être réservés (rang {', '.join(map(str, possible))})\u00a0: "
        f"«\u00a0{value}\u00a0» ne se publie que sur l’enregistrement de chacun des lots réservés."
    )
    return DecpEffect(scope=DecpScope.LOTS, value=value, lots=possible, text=text)
