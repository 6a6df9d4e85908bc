"""A definition that is tried: what it would give, and the rows behind it. Nothing is kept."""

from typing import Any, Final, NamedTuple
from uuid import UUID

from msgspec.structs import replace
from sqlmodel import Session

from api.access.permissions import Actor
from api.indicators import answering, evidence, figures
from api.indicators.evidence_schemas import EvidenceItem
from api.indicators.gathering import OWN, Whose
from api.indicators.period import Years, of_period, parameters
from api.indicators.schemas import (
    EvidenceState,
    PreviewCreate,
    PreviewRead,
)
from api.indicators.whose import readable_buyer
from api.kit.problems import FieldError, Invalid
from api.reference.marks import MARKS
from api.rules.indicators.criteria import FieldTest, leaves
from api.rules.indicators.explain import explain
from api.rules.indicators.figures import without_figure
from api.rules.indicators.gaps import told_in_percent
from api.rules.indicators.reading import DefinitionError, read_definition
from api.rules.indicators.results import Result, reasonless
from api.rules.indicators.vocabulary import Definition, Fact, Period
from api.schemes import service as schemes
from api.schemes.document import HOLD_ACTIONS

_EXAMPLES = 5
_NOBODY = UUID(int=0)
_OF_ACTIONS = frozenset({Fact.ACTION, Fact.TARGETED_ACTION})
TARGETS_LATER: Final = reasonless(
    "la part des cibles atteintes n’est connue qu’une fois l’indicateur publié"
)
BASE_LATER: Final = reasonless("la base sera déclarée par une personne, l’indicateur publié")
SCHEME_UNSAID: Final = reasonless(
    "cette définition dépend du schéma dont elle est, qui n’est pas dit (« scheme »)"
)


class _Tried(NamedTuple):
    """What a definition is tried on: a buyer, a year, and the scheme it would be of, if said."""

    definition: Definition
    buyer_id: UUID
    year: int
    start: int
    scheme_id: UUID | None
    # The indicator under which people may have declared what the definition asks for.
    told_under: UUID = _NOBODY

    @property
    def given(self) -> dict[str, Any]:
        """The parameters of the rows behind the figure."""
        span = of_period(self.definition, self.year, self.start)
        return parameters([self.buyer_id], Years(span[0], span[-1]), self.scheme_id)

    @property
    def unsaid(self) -> bool:
        """Whether its figure is nobody's without a scheme, and none is said."""
        return self.scheme_id is None and _depends_on_scheme(self.definition)


def preview(session: Session, actor: Actor, data: PreviewCreate) -> PreviewRead:
    """What a definition would give for a buyer and a year, with the rows behind it: what the
    indicator will tell once published in the scheme that is said.

    Raises NotFound, Forbidden, Invalid with the path of each error in the definition.
    """
    buyer = readable_buyer(session, actor, data.organisation)
    definition = _read(data.definition)
    start, scheme_id = data.year, None
    if data.scheme is not None:
        scheme = schemes.named(session, actor, data.scheme)
        start, scheme_id = schemes.first_year(actor, scheme), scheme.id
    under = _told_under(session, scheme_id, data.indicator)
    tried = _Tried(definition, buyer.id, data.year, start, scheme_id, under)
    result = _result(session, tried, told_in_percent(data.kind, data.unit, definition))
    told = explain(definition, MARKS)
    numbers = answering.numbers(result)
    return PreviewRead(
        counted=told.counted,
        looked_at=told.perimeter,
        formula=told.formula,
        way=schemes.way_of(definition),
        scale=result.scale.value,
        words=list(result.words),
        parts=answering.parts(result),
        rows=_rows(session, tried),
        examples=_examples(session, tried),
        **{name: numbers[name] for name in _NUMBERS},
    )


def _told_under(session: Session, scheme_id: UUID | None, code: str | None) -> UUID:
    """The indicator under which that of a code is declared; nobody's when none is published."""
    if scheme_id is None or code is None:
        return _NOBODY
    found = (one for one in schemes.of_scheme(session, scheme_id) if one.code == code)
    known = next(found, None)
    return _NOBODY if known is None else schemes.told_under(known)


_NUMBERS = (
    "value", "numerator", "denominator", "unknown", "low", "high", "completeness", "firm", "reason",
)  # fmt: skip


def _read(data: dict[str, Any]) -> Definition:
    try:
        return read_definition(data, MARKS.keys())
    except DefinitionError as error:
        raise Invalid(
            errors=[
                FieldError(loc=["body", "definition", one.path], message=one.message)
                for one in error.problems
            ]
        ) from error


def _result(session: Session, tried: _Tried, percent: bool) -> Result:
    """The figure, or in words why it can't be told before the indicator is published."""
    definition, year = tried.definition, tried.year
    if definition.fact is Fact.TARGET:
        return without_figure(definition, TARGETS_LATER)
    if tried.unsaid:
        return without_figure(definition, SCHEME_UNSAID)
    asked = figures.Asked(tried.told_under, definition, percent=percent)
    whose = Whose((tried.buyer_id,))
    found = figures.compute(session, [asked], whose, [year], tried.start, tried.scheme_id)
    result = found[tried.told_under, year]
    declared = definition.over is not None and definition.over.fact is Fact.MEASURE
    if declared and result.numerator is not None and result.value is None:
        return replace(result, reason=BASE_LATER)
    return result


def _depends_on_scheme(definition: Definition) -> bool:
    """Whether another scheme would give another figure: it adds up years since the first, or looks
    at actions, whose codes several schemes may share."""
    return definition.period is Period.CUMULATIVE or any(
        quantity.fact in _OF_ACTIONS
        or any(
            isinstance(leaf, FieldTest) and leaf.field in HOLD_ACTIONS
            for criterion in (quantity.looked_at, quantity.counted_if)
            for leaf in leaves(criterion)
        )
        for quantity in definition.quantities
    )


def _rows(session: Session, tried: _Tried) -> dict[EvidenceState, int]:
    """How many rows stand in each list of the evidence."""
    definition = tried.definition
    if definition.fact in OWN or tried.unsaid:
        return {}
    found = evidence.counts(session, definition, tried.given)
    return {one: getattr(found, one.value) for one in EvidenceState}


def _examples(session: Session, tried: _Tried) -> list[EvidenceItem]:
    definition = tried.definition
    if definition.fact in OWN or tried.unsaid:
        return []
    return evidence.page(session, definition, EvidenceState.COUNTED, tried.given, _EXAMPLES, None)[
        0
    ]
