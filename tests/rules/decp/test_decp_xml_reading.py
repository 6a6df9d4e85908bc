"""XML read: every variant of the format, and nothing of a file lost in silence."""

from decimal import Decimal
from typing import Any

import pytest

from api.rules.decp.raw import RawRow
from api.rules.decp.raw import read as read_raw
from api.rules.decp.xml_reading import xml_rows
from api.rules.decp.xml_shapes import MAX_REMARKS
from api.rules.records import AmendmentRecord, Kind, Party

BUYER = "<acheteur><id>24620036400080</id></acheteur>"


def marche(inside: str) -> bytes:
    return f"<marches><marche><id>1</id>{BUYER}{inside}</marche></marches>".encode()


def row_in(content: bytes) -> RawRow:
    (row,) = xml_rows([content])
    return row


def content_of(inside: str) -> Any:
    """What a contract says besides who it is."""
    row: Any = row_in(marche(inside)).content
    assert row.pop("id") == "1"
    assert row.pop("acheteur") == {"id": "24620036400080"}
    return row


def remarks(row: RawRow) -> list[tuple[str, str]]:
    return [(issue.code, issue.field) for issue in row.issues]


OLD_CONTRACT = """<?xml version="1.0" encoding="UTF-8"?>
<marches xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    xsi:noNamespaceSchemaLocation="paquet.xsd">
    <!-- un marché de 2019 -->
    <marche>
        <id>20190000100</id>
        <uid>2462003640008020190000100</uid>
        <_type>Marché</_type>
        <acheteur><id>24620036400080</id><nom>Communauté</nom></acheteur>
        <nature>Accord-cadre</nature>
        <objet>Entretien des <![CDATA[parcs & jardins]]></objet>
        <codeCPV>77313000</codeCPV>
        <procedure>Marché négocié sans publicité ni mise en concurrence préalable</procedure>
        <lieuExecution>
            <code>62300</code><typeCode>Code postal</typeCode><nom>Lens</nom>
        </lieuExecution>
        <dureeMois>24</dureeMois>
        <dateNotification>2019-08-13+02:00</dateNotification>
        <datePublicationDonnees>2019-08-19</datePublicationDonnees>
        <montant>127000.50</montant>
        <formePrix>Révisable</formePrix>
        <titulaires>
            <titulaire>
                <typeIdentifiant>SIRET</typeIdentifiant>
                <id>00000001800010</id>
                <denominationSociale>Jardins &amp; Cie</denominationSociale>
            </titulaire>
            <titulaire><typeIdentifiant>TVA</typeIdentifiant><id>DE1</id></titulaire>
        </titulaires>
        <modifications>
            <modification>
                <objetModification>Durée</objetModification>
                <dateNotificationModification>2020-01-02</dateNotificationModification>
                <datePublicationDonneesModification>2020-01-03</datePublicationDonneesModification>
                <dureeMois>36</dureeMois>
            </modification>
        </modifications>
    </marche>
    <contrat-concession>
        <id>20190000200</id>
        <autoriteConcedante><id>24620036400080</id><nom>Communauté</nom></autoriteConcedante>
        <nature>Concession de service</nature>
        <objet>Camping</objet>
        <valeurGlobale>1000</valeurGlobale>
        <donneesExecution/>
        <modifications/>
    </contrat-concession>
</marches>
"""


def test_a_file_of_2019_is_read_as_its_json() -> None:
    contract, concession = xml_rows([OLD_CONTRACT.encode()])
    assert (contract.position, contract.kind) == (1, Kind.CONTRACT)
    assert (concession.position, concession.kind) == (2, Kind.CONCESSION)
    assert contract.issues == concession.issues == ()
    reading = read_raw(contract)
    assert reading.issues == ()
    record = reading.record
    assert record is not None
    assert record.subject == "Entretien des parcs & jardins"
    assert record.amount == 127_000_50
    assert record.techniques == ("Accord-cadre",)
    assert record.price_types == ("Définitif révisable",)
    assert record.suppliers == (
        Party("SIRET", "00000001800010", "Jardins & Cie"),
        Party("TVA", "DE1"),
    )
    (amendment,) = record.amendments
    assert amendment == AmendmentRecord(
        None, amendment.notified_on, amendment.published_on, 36, None, None, "Durée"
    )
    other = read_raw(concession).record
    assert other is not None
    assert (other.amount, other.amendments, other.concession_years) == (1000_00, (), ())


@pytest.mark.parametrize(
    ("inside", "content"),
    [
        ("<montant>12</montant>", {"montant": 12}),
        ("<montant>+012.50</montant>", {"montant": Decimal("12.50")}),
        ("<montant>\n 12. </montant>", {"montant": Decimal(12)}),
        ("<montant>.5</montant>", {"montant": Decimal("0.5")}),
        ("<montant>12 000,50</montant>", {"montant": "12 000,50"}),
        ("<montant>1E6</montant>", {"montant": "1E6"}),
        ("<montant>١٢</montant>", {"montant": "١٢"}),
        (f"<montant>{'9' * 41}</montant>", {"montant": "9" * 41}),
        ("<montant/>", {"montant": ""}),
        ("<dureeMois>12.0</dureeMois>", {"dureeMois": Decimal(12)}),
        ("<marcheInnovant>oui</marcheInnovant>", {"marcheInnovant": True}),
        ("<marcheInnovant> false </marcheInnovant>", {"marcheInnovant": False}),
        ("<marcheInnovant>0</marcheInnovant>", {"marcheInnovant": False}),
        ("<marcheInnovant>True</marcheInnovant>", {"marcheInnovant": "True"}),
        ("<dateNotification>\n2024-01-02\n</dateNotification>", {"dateNotification": "2024-01-02"}),
        ("<objet> deux  mots\n</objet>", {"objet": " deux  mots\n"}),
        ("<idAccordCadre>0012</idAccordCadre>", {"idAccordCadre": "0012"}),
        ("<techniques/>", {"techniques": {"technique": []}}),
        ("<modifications></modifications>", {"modifications": []}),
    ],
)
def test_a_value_is_read_as_its_field_wants(inside: str, content: dict[str, Any]) -> None:
    found = content_of(inside)
    assert found == content
    assert [type(value) for value in found.values()] == [type(value) for value in content.values()]


@pytest.mark.parametrize(
    "inside",
    [
        "<techniques><technique>Concours</technique><technique>Accord-cadre</technique>"
        "</techniques>",
        "<technique>Concours</technique><technique>Accord-cadre</technique>",
        "<techniques><technique>Concours</technique></techniques>"
        "<techniques><technique>Accord-cadre</technique></techniques>",
    ],
)
def test_labels_are_found_with_their_wrapper_or_without(inside: str) -> None:
    row = row_in(marche(inside))
    assert row.issues == ()
    record = read_raw(row).record
    assert record is not None
    assert record.techniques == ("Accord-cadre", "Concours")


@pytest.mark.parametrize(
    "inside",
    [
        "<titulaires><titulaire><typeIdentifiant>TVA</typeIdentifiant><id>A</id></titulaire>"
        "<titulaire><typeIdentifiant>TVA</typeIdentifiant><id>B</id></titulaire></titulaires>",
        "<titulaires><typeIdentifiant>TVA</typeIdentifiant><id>A</id></titulaires>"
        "<titulaires><id>B</id><typeIdentifiant>TVA</typeIdentifiant></titulaires>",
    ],
)
def test_companies_are_found_with_their_wrapper_or_without(inside: str) -> None:
    row = row_in(marche(inside))
    assert row.issues == ()
    record = read_raw(row).record
    assert record is not None
    assert record.suppliers == (Party("TVA", "A"), Party("TVA", "B"))


def test_one_contract_may_be_the_whole_file() -> None:
    row = row_in(f"<marche><id>1</id>{BUYER}</marche>".encode())
    assert (row.position, row.kind) == (1, Kind.CONTRACT)
    assert row.content == {"id": "1", "acheteur": {"id": "24620036400080"}}


def test_prefixes_of_a_namespace_are_let_through() -> None:
    content = b'<d:marches xmlns:d="urn:x"><d:marche><d:id>1</d:id></d:marche></d:marches>'
    assert row_in(content).content == {"id": "1"}


@pytest.mark.parametrize(
    ("inside", "code", "field", "said"),
    [
        ("<logiciel>AWS</logiciel>", "unknown_element", "logiciel", "«\u00a0AWS\u00a0»"),
        ("<recensement><a>1</a></recensement>", "unknown_element", "recensement", "un objet"),
        (
            "<lieuExecution><code>62</code><pays>FR</pays></lieuExecution>",
            "unknown_element",
            "lieuExecution.pays",
            "«\u00a0FR\u00a0»",
        ),
        (
            "<titulaires><titulaire/><titulaire><ville>Lens</ville></titulaire></titulaires>",
            "unknown_element",
            "titulaires[2].ville",
            "«\u00a0Lens\u00a0»",
        ),
        (
            "<techniques><autre>Concours</autre></techniques>",
            "unknown_element",
            "techniques.autre",
            "«\u00a0Concours\u00a0»",
        ),
        ("<objet>un <b>mot</b></objet>", "unknown_element", "objet.b", "«\u00a0mot\u00a0»"),
        (
            '<montant devise="USD">1</montant>',
            "unknown_element",
            "montant@devise",
            "«\u00a0USD\u00a0»",
        ),
        (
            '<titulaires nombre="1"/>',
            "unknown_element",
            "titulaires@nombre",
            "«\u00a01\u00a0»",
        ),
        (
            "<montant>1</montant><montant>2</montant>",
            "repeated_element",
            "montant",
            "«\u00a02\u00a0»",
        ),
        ("perdu", "misplaced_text", "marche", "«\u00a0perdu\u00a0»"),
        (
            "<titulaires>perdu<titulaire/></titulaires>",
            "misplaced_text",
            "titulaires",
            "«\u00a0perdu\u00a0»",
        ),
        (
            "<lieuExecution>perdu<code>62</code></lieuExecution>",
            "misplaced_text",
            "lieuExecution",
            "«\u00a0perdu\u00a0»",
        ),
    ],
)
def test_what_is_left_aside_is_told_with_what_it_says(
    inside: str, code: str, field: str, said: str
) -> None:
    row = row_in(marche(inside))
    (issue,) = row.issues
    assert (issue.code, issue.field) == (code, field)
    assert said in issue.message
    assert issue in read_raw(row).issues


def test_the_first_of_two_values_is_kept() -> None:
    assert content_of("<montant>1</montant><montant>2</montant>") == {"montant": 1}


@pytest.mark.parametrize(
    "inside",
    [
        '<objet xml:lang="fr">x</objet>',
        '<objet xsi:nil="false">x</objet>',
        '<objet xmlns="urn:x">x</objet>',
        "<objet><!-- avant -->x<?note après?></objet>",
    ],
)
def test_what_only_serves_xml_is_not_told(inside: str) -> None:
    row = row_in(marche(inside))
    assert row.issues == ()
    assert content_of(inside) == {"objet": "x"}


def test_a_text_where_an_object_should_be_is_left_to_the_common_rules() -> None:
    row = row_in(
        b"<marches><marche><id>1</id><acheteur>24620036400080</acheteur></marche></marches>"
    )
    record = read_raw(row).record
    assert record is not None
    assert record.buyer_siret == "24620036400080"


def test_what_is_no_contract_has_its_row_and_its_refusal() -> None:
    content = b"<marches>\n<marche><id>1</id></marche>\n<avis><id>2</id></avis>\nperdu\n</marches>"
    content = b'<?xml version="1.0"\nencoding="UTF-8"?>' + content
    first, second, third = xml_rows([content])
    assert (first.kind, first.refusal) == (Kind.CONTRACT, None)
    for row, line, said in ((second, 4, "avis"), (third, 5, "perdu")):
        assert row.content is None
        refusal = read_raw(row).refusal
        assert refusal is not None
        assert refusal.code == "not_a_contract"
        assert f"«\u00a0{said}\u00a0», ligne {line}," in refusal.message


def test_an_empty_contract_is_refused_as_an_empty_object() -> None:
    refusal = read_raw(row_in(b"<marches><marche/></marches>")).refusal
    assert refusal is not None
    assert refusal.code == "missing_reference"


def test_remarks_on_a_trapped_contract_are_counted_not_piled_up() -> None:
    row = row_in(marche("".join(f"<a{rank}/>" for rank in range(5000))))
    assert len(row.issues) == MAX_REMARKS + 1
    assert row.issues[-1].code == "unknown_elements"


@pytest.mark.parametrize("size", [1, 7, 1000, 10**7])
def test_the_size_of_the_chunks_changes_nothing(size: int) -> None:
    content = OLD_CONTRACT.encode()
    chunks = [content[at : at + size] for at in range(0, len(content), size)]
    assert list(xml_rows(chunks)) == list(xml_rows([content]))


def test_contracts_are_given_as_the_file_comes() -> None:
    one = marche("").removeprefix(b"<marches>").removesuffix(b"</marches>")
    asked = 0

    def coming() -> Any:
        nonlocal asked
        yield b"<marches>"
        for _ in range(1000):
            asked += 1
            yield one * 100

    rows = xml_rows(coming())
    assert [next(rows).position for _ in range(200)] == list(range(1, 201))
    assert asked < 20


ACCENTED = "<marches><marche><id>1</id><objet>œuvre à 3 €</objet></marche></marches>"


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        ("", "utf-8"),
        ("", "utf-8-sig"),
        ('<?xml version="1.0"?>', "utf-8"),
        ('<?xml version="1.0" encoding="UTF-8" standalone="yes"?>', "utf-8"),
        ("<?xml version='1.0' encoding='utf-8'?>", "utf-8-sig"),
        ('<?xml version="1.0" encoding="ISO-8859-1"?>', "utf-8-sig"),
        ('<?xml version="1.0" encoding="ISO-8859-1"?>', "cp1252"),
        ('<?xml version="1.0" encoding="windows-1252"?>', "cp1252"),
        ('<?xml version="1.0" encoding="ISO-8859-15"?>', "iso-8859-15"),
        ('\n\n <?xml version="1.0"\nencoding="UTF-8"?>\n', "utf-8"),
    ],
)
def test_a_file_in_the_encoding_that_it_declares_is_read(declared: str, encoding: str) -> None:
    row = row_in((declared + ACCENTED).encode(encoding))
    assert row.content == {"id": "1", "objet": "œuvre à 3 €"}


@pytest.mark.parametrize("char", ["\x00", "\x01", "\x0b", "\x1f", "\ufffe"])
def test_a_forbidden_character_is_told_on_its_field(char: str) -> None:
    reading = read_raw(row_in(marche(f"<objet>a{char}b</objet>")))
    assert reading.record is not None
    assert reading.record.subject == "a\ufffdb"
    assert ("garbled_text", "objet") in [(issue.code, issue.field) for issue in reading.issues]
