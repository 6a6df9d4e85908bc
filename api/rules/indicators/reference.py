"""The reference page of the vocabulary, in French, made from the registries themselves."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from api.rules.indicators.criteria import EXPECTED, MAX_CRITERIA, MAX_DEPTH
from api.rules.indicators.facts.registry import FACTS
from api.rules.indicators.facts.specs import FactSpec
from api.rules.indicators.facts.supplier import SUPPLIER_FIELDS
from api.rules.indicators.facts.values import quoted
from api.rules.indicators.fields import OPERATORS, FieldSpec, FieldType, Operator
from api.rules.indicators.grammar import FORMS, INSIDE, KEYS
from api.rules.indicators.vocabulary import VERSION
from api.rules.indicators.words import Aggregate, ComparedAs, ComparedWith, Fact, Period


@dataclass(frozen=True, slots=True)
class MarkWords:
    """A mark of the nomenclature as the page tells it."""

    code: str
    label: str
    help: str


TYPES: Mapping[FieldType, str] = {
    FieldType.MONEY: "montant hors taxes, en euros",
    FieldType.HOURS: "heures",
    FieldType.SCORE: "note sur 20",
    FieldType.PERCENT: "pourcentage",
    FieldType.INTEGER: "nombre entier",
    FieldType.DATE: "date",
    FieldType.TEXT: "texte",
    FieldType.LABELS: "liste de textes",
    FieldType.BOOLEAN: "oui ou non",
}
OPERATOR_WORDS: Mapping[Operator, str] = {
    Operator.MORE_THAN: "plus de (la borne exclue)",
    Operator.AT_LEAST: "au moins (la borne comprise)",
    Operator.LESS_THAN: "moins de (la borne exclue)",
    Operator.AT_MOST: "au plus (la borne comprise)",
    Operator.EQUALS: "égal à ; pour une liste, contient",
    Operator.ONE_OF: "l’un de ; pour une liste, contient l’un de",
    Operator.STARTS_WITH: "commence par",
}
AGGREGATE_WORDS: Mapping[Aggregate, str] = {
    Aggregate.COUNT: "nombre de lignes comptées",
    Aggregate.SHARE: "part, en pourcentage, des lignes du périmètre qui sont comptées",
    Aggregate.SUM: "somme du champ « of » des lignes comptées",
    Aggregate.SUM_SHARE: "part, en pourcentage, de la somme du périmètre",
    Aggregate.AVERAGE: "moyenne du champ « of », sur les lignes où il est connu",
    Aggregate.DISTINCT: "nombre de valeurs différentes du champ « of », et ces valeurs",
    Aggregate.RATIO: "nombre (ou somme du champ « of »), divisé par ce que dit « over »",
    Aggregate.BREAKDOWN: "nombre et part des lignes comptées pour chaque valeur du champ « of »",
    Aggregate.DECLARED: "ce qui est déclaré : un chiffre, sa base (« base: true ») ou une liste "
    "(« list: true »)",
    Aggregate.DONE: "fait ou pas, dans les délais ou pas",
    Aggregate.REACHED: "part des cibles échues du schéma qui sont atteintes",
}
PERIOD_WORDS: Mapping[Period, str] = {
    Period.CIVIL_YEAR: "ce qui est daté de l’année civile (par défaut)",
    Period.CUMULATIVE: "la période du schéma : tout ce qui est daté depuis sa première année, "
    "jusqu’à celle qui est demandée",
    Period.IN_FORCE: "les contrats en cours d’exécution dans l’année, quelle que soit leur date",
    Period.ONCE: "une étape franchie une fois pour toutes",
}
WITH_WORDS: Mapping[ComparedWith, str] = {
    ComparedWith.PREVIOUS_YEAR: "avec l’année précédente",
    ComparedWith.BASELINE: "avec une année de référence, donnée par « year »",
}
AS_WORDS: Mapping[ComparedAs, str] = {
    ComparedAs.DIFFERENCE: "la différence (en points, pour des pourcentages)",
    ComparedAs.RATE: "la différence, en pourcentage de la valeur comparée",
}

INTRODUCTION = f"""# Vocabulaire des indicateurs

Page produite par `python -m api.cli vocabulary` ; ne pas la modifier à la main.

Un indicateur de Spaser est une donnée, non du code : une **définition**, écrite dans un vocabulaire
fermé, en version {VERSION}. Une définition se lit ainsi : parmi les lignes d’un **fait** datées
d’une **période**, celles du **périmètre** sont regardées, celles qui remplissent la condition
« where » sont comptées, et un **calcul** en fait un chiffre.

```yaml
version: {VERSION}
fact: contract
aggregate: share
perimeter: {{field: amount, more_than: "25000.00"}}
where: {{mark: social_clause}}
period: civil_year
```

Une réponse qui n’est pas dans les données est **inconnue** : ni oui, ni non, ni zéro. Le résultat
dit combien de lignes sont inconnues et entre quelles bornes le vrai chiffre se trouve. Quand au
plus la moitié des réponses est connue, c’est l’intervalle qui est donné, non le chiffre. Un
registre que des personnes tiennent et qui n’a rien d’une année (événements, consultations,
réservations, heures, dépenses…) n’en dit rien : ce n’est pas un zéro, sauf si un autre registre dit
qu’il n’y avait rien à saisir.
"""
LIMITS = f"""Un critère a une clé et une seule ; au plus {MAX_CRITERIA} critères par liste et
{MAX_DEPTH} niveaux.

Une direction (`directorate`) est dite par son nom : une définition partagée par plusieurs acheteurs
vaut pour la direction de ce nom de chacun. Un lieu d’exécution est dit par son code (`place_code`),
tel que le contrat le porte, et par ce dont c’est le code (`place_kind`) : `76` est un département
et une région.
"""


def reference(marks: Mapping[str, Sequence[MarkWords]]) -> str:
    """The page, in Markdown. ``marks``: the nomenclature by theme, in its order."""
    parts = [
        INTRODUCTION,
        _titled("## Clés d’une définition", _table(("clé", "sens"), _coded(KEYS.items()))),
        *(
            _titled(f"### Clés de `{key}`", _table(("clé", "sens"), _coded(inside.items())))
            for key, inside in INSIDE.items()
        ),
        _titled("## Critères", LIMITS),
        _table(("critère", "vrai quand"), _coded(FORMS.values())),
        _titled("### Comparaisons", _table(("mot", "sens"), _coded(OPERATOR_WORDS.items()))),
        _titled("### Types de champs", _types()),
        _titled("## Calculs", _table(("mot", "sens"), _coded(AGGREGATE_WORDS.items()))),
        _titled("## Périodes", _table(("mot", "sens"), _coded(PERIOD_WORDS.items()))),
        _titled(
            "## Comparaisons dans le temps",
            _table(("mot", "sens"), (*_coded(WITH_WORDS.items()), *_coded(AS_WORDS.items()))),
        ),
        "## Faits\n",
        *(_fact(name, spec) for name, spec in FACTS.items()),
        _titled("## Champs d’un titulaire (`supplier`)", _fields(SUPPLIER_FIELDS)),
        "## Marques\n",
        *(_theme(theme, some) for theme, some in marks.items()),
    ]
    return "\n".join(parts)


def _titled(title: str, body: str) -> str:
    return f"{title}\n\n{body}"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    lines += [f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in rows]
    return "\n".join(lines) + "\n"


def _coded(words: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((f"`{word}`", sense) for word, sense in words)


def _types() -> str:
    rows = (
        (told, EXPECTED[kind].removeprefix("attendu : "), _operators(OPERATORS[kind]))
        for kind, told in TYPES.items()
    )
    return _table(("type", "valeur", "comparaisons"), rows)


def _operators(operators: Iterable[Operator]) -> str:
    kept = set(operators)
    return ", ".join(f"`{one}`" for one in Operator if one in kept)


def _fact(name: Fact, spec: FactSpec) -> str:
    lines = [
        f"### `{name}` : {spec.label}",
        "",
        f"- Calculs : {', '.join(f'`{one}`' for one in spec.aggregates)}.",
        f"- Périodes : {', '.join(f'`{one}`' for one in spec.periods)}.",
    ]
    if spec.marks:
        lines.append(
            "- Marques et titulaires : oui" + (", ceux de son contrat." if spec.linked else ".")
        )
    if spec.one_comparison:
        lines.append("- Critères : `where` d’une seule comparaison ; `perimeter: all`.")
    if not spec.criteria:
        lines.append("- Critères : aucun.")
    lines += ["", f"Exemple : {spec.gives}.", "", "```yaml", spec.example.strip(), "```", ""]
    if spec.fields:
        lines.append(_fields(spec.told_fields, spec.parts))
    return "\n".join(lines)


def _fields(fields: Mapping[str, FieldSpec], parts: Collection[str] = ()) -> str:
    rows = (
        (f"`{name}`", one.label, _type(one), _use(name, one, parts)) for name, one in fields.items()
    )
    return _table(("champ", "sens", "type et valeurs", "emploi"), rows)


def _type(field: FieldSpec) -> str:
    told = TYPES[field.type]
    unit = f" ({field.unit})" if field.unit and field.type is FieldType.INTEGER else ""
    values = ", ".join(_said(code, word) for code, word in field.values.items())
    return f"{told}{unit} : {values}" if values else f"{told}{unit}"


def _said(code: str, word: str) -> str:
    """A code and its French, unless the code is the French itself."""
    return f"`{code}`" if word == quoted(code)[code] else f"`{code}` = {word}"


def _use(name: str, field: FieldSpec, parts: Collection[str]) -> str:
    uses = [_operators(field.operators)] if field.testable else []
    uses += ["`of` d’une somme ou d’une moyenne"] if field.weight else []
    uses += ["`of` de `distinct` et `breakdown`"] if field.key else []
    uses += ["`by`"] if name in parts else []
    return " ; ".join(uses)


def _theme(theme: str, marks: Sequence[MarkWords]) -> str:
    rows = ((f"`{one.code}`", one.label, one.help) for one in marks)
    return _titled(f"### {theme}", _table(("code", "libellé", "aide"), rows))
