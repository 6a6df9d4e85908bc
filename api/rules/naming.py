"""Whose name a company bears: that of a sole trader (« entreprise individuelle ») is a person's.

The one rule of every output (docs/decisions/0041). An official register, or somebody, may have said
what the company is; else its name is read, and three answers are possible: a person, no person, or
one cannot tell. Nobody outside reads a name but where it is surely no person's; the buyer who wrote
it reads it unless it is one.
"""

import re
from functools import lru_cache
from itertools import pairwise
from typing import Final

from msgspec.structs import replace

from api.rules.records import AmendmentRecord, ContractRecord, Party
from api.rules.text import fold

# The number of this rule: files written by another one are written again.
RULE: Final = 3
# What stands for a name that is not given.
SOLE_TRADER: Final = "Entreprise individuelle"
# The same where nobody can tell whose name it is, and anybody reads.
UNNAMED: Final = "Entreprise non nommée"
# A name that holds a given name is a person's when it has two words, or three, particles apart.
_SHORTEST, _LONGEST = 2, 3

_WORDS = re.compile(r"[^\W_]+")
# « S.A.R.L. », « E.I.R.L »: the points of an abbreviation.
_POINTS = re.compile(r"(?<=\b\w)\.(?=\w\b)")
_CIVILITY = re.compile(
    r"^\s*(m\.\s|m(?=\s\w+\s+\w)|(mr|mme|mlle)\b\.?\s|(monsieur|madame|mademoiselle)\b)"
)
_ALONE = re.compile(
    r"\b(entreprise individuelle|entrepreneur individuel|auto.?entrepreneu(r|se)"
    r"|micro.?entrepreneu(r|se)|eirl|profession liberale)\b"
)

# What only a legal person is called.
_LEGAL: Final = frozenset(
    _WORDS.findall(
        """
    sarl sas sasu sa eurl snc scop scic sci scea scp scm gaec earl gie gip selarl selas selasu
    selafa sca semop spl sem saem epic epa ag gmbh ltd limited llc inc bv spa srl plc corp
    association asso societe societes fondation mutuelle mutuelles commune communaute
    departement region syndicat universite cooperative federation union chambre centre hopital
    esat siae etat ministere office regie comite ligue caisse banque assurance assurances
    """
    )
)
# What companies say of themselves: with a first name among them, one cannot tell.
_TRADES: Final = frozenset(
    _WORDS.findall(
        """
    accueil acoustique action affichage agence agro alarme alu aluminium ambulances amenagement
    animation architectes architecture archives ascenseurs assainissement assistance atelier
    ateliers audit auto automatisme automobile automobiles autocars autos avocats batiment bati
    beton boulangerie bureau bureautique bus cabinet cable carburants carrelage carrelages
    carrieres cars charpente charpentes chauffage chimie climat climatisation cloisons cloture
    collectif communication compagnie compagnons compagny company conception concept conseil
    conseils construction constructions consultants consulting controle cooperation couverture
    creation creations cuisine cuisines data deco decor demolition design developpement
    diagnostic diagnostics diffusion digital direction distribution division domaine eau eaux
    echafaudages eco economie editions education elec electric electricite electro electronique
    emballage energie energies engineering enrobes entreprise entreprises environnement
    equipement equipements escaliers espace espaces etablissement etablissements etancheite ets
    etude etudes europe euro expert expertise expertises experts facades fermetures fils
    formation fournitures france freres funeraire garage gardiennage garden geo geometre
    geometres geotechnique gestion global granulats graphic graphique graphiques group
    groupe groupement habitat handling holding hotel hydro hygiene imprimerie impression
    industrie industries industriel infirmiers informatique infrastructures ingenierie inox
    insertion institut instruments interim international invest isolation jardins
    laboratoire laboratoires lab labo laveries librairie location locations logement
    logiciels logistique logistics machines maconnerie maintenance maitrise mandataire
    manutention marbrerie marquage materiaux materiel materiels mecanique media medias medical
    menuiserie menuiseries metal metallerie metaux methodes mobilier mobilites mobility moteurs
    multi musique negoce nettoyage nord numerique optique organisation ouest papeterie parc
    partenaire partenaires partners patrimoine pavage paysage paysages paysagiste paysagistes
    peinture peintures petrole pharma piscines platrerie plastique plomberie poids pompes pose
    prefa presse prevention pro production productions produits projet projets proprete
    protection publicite qualite recherche recyclage renov renovation reseau reseaux ressources
    restaurant restauration revetements routes sante sanitaire scientific scolaire secours
    securite sep serrurerie service services signalisation soins sol solaire sols solidarite
    solution solutions sport sports sud est station studio surveillance systeme systemes systems
    taxi taxis technic technique techniques techno technologie technologies telecom telecoms
    textile theatre toiture toitures topographie tourisme toulouse lille tp
    traitement traiteur transport transports travail travaux trading urbain urbanisme usine
    vegetal verts vidange video viandes ville vitrerie voirie voyages web world and et aux of the
    for en pour sur
    """
    )
)
# What a name of a person holds besides: no sign of a company (« Le Gall », « de Souza »).
_PARTICLES: Final = frozenset(
    _WORDS.findall(
        "le la les l du de des d dit dite epouse ep nee veuve vve van von der den ter ten el al "
        "ben bin abou ibn da das do dos di del della lo mac mc o y"
    )
)
# Before a given name, what makes it that of a place or of a shop: « le café de Jules ».
_OF: Final = frozenset(_WORDS.findall("la les l de d du chez saint sainte st ste"))
# Given names borne most in France; folded, hyphens opened.
_GIVEN: Final = frozenset(
    _WORDS.findall(
        """
    abdel abdelkader abdou achille adam adele adeline adrien adrienne agathe agnes ahmed aicha
    aime aimee alain alban albert alex alexandra alexandre alexia alexis alfred ali alice aline
    alix alphonse amandine amar amelie amina anais andre andrea andree ange angela angele
    angelique anita anna anne annick annie anthony antoine antoinette antonin antonio apolline
    ariane arlette armand armelle arnaud arthur astrid aude audrey auguste augustin aurelie
    aurelien aurore axel axelle aymeric baptiste barbara bastien beatrice benedicte benjamin
    benoit berengere bernadette bernard bernardin berthe bertrand blaise blandine boris brahim
    brice brigitte bruno camille capucine carine carla carlos carmen carole caroline catherine
    cecile cedric celeste celia celine chantal charlene charles charline charlotte chloe
    christel christele christelle christian christiane christine christophe claire clara
    clarisse claudia claudine clemence clement clementine clothilde clotilde
    colette coline colombe constance constant coralie corentin corinne cyprien cyril cyrille
    damien daniel daniele danielle danny david deborah delphine denis denise desire diane didier
    dimitri djamel dominique dorian doriane dorothee edith edmond edouard eleonore eliane eliott
    elisa elisabeth elise elodie eloise elsa emeline emeric emile emilie emilien emma emmanuel
    emmanuelle enzo eric erika erwan esther estelle ethan etienne eugene eugenie eva evelyne
    fabien fabienne fabrice fanny farid fatiha fatima fatou faustine felicie felix ferdinand
    fernand fernande flavie flavien fleur flora florence florent florentin florian floriane
    francine francis francisco francois francoise franck franz frederic frederique gabin gabriel
    gabriella gabrielle gael gaelle gaetan gaston gautier genevieve geoffrey george georges
    georgette gerald geraldine gerard germain germaine ghislain ghislaine gilbert gilberte
    gilles gisele gontran gregoire gregory guillaume gustave guy gwenaelle gwendoline hadrien
    hakim hamid hanna hassan helene helena henri henriette herve honore hortense hubert hugo
    hugues huguette hussein ibrahim ida ignace ines ingrid irene iris isabelle isaac ismael ivan
    jacky jacqueline jacques jade jamal james janine jason jean jeanine jeanne jeannine jeremie
    jeremy jerome jessica joachim jocelyn jocelyne joel joelle johan johann johanna john johnny
    jonathan jordan jose joseph josephine josette josiane josselin jules julia julian juliana
    julie julien julienne juliette justin justine karim karima karine katia kevin khaled killian
    laetitia laila lambert lara laura laure laurence laurent laurette laurie lea leila lena leo
    leon leonard leonie leopold leslie lilian liliane lina lionel lisa lise loic lola lorraine
    lou louane louis louisa louise lubin luc luca lucas lucette lucie lucien lucienne ludivine
    ludovic lydia lydie lyse madeleine mael maelle magali magalie malik malika manon manuel
    manuela marc marcel marcelle margaux margot marguerite maria mariam marianne marie marielle
    marina marine mario marion marius marjorie marlene marthe martial martine maryline maryse
    maryvonne mateo mathieu mathilde mathis matthias matthieu maud maurice max maxence maxime
    maximilien melanie melissa melvin mehdi mercedes michael michel michele micheline michelle
    miguel mireille mohamed mohammed monique morgan morgane moussa mourad muriel mustapha myriam
    nabil nadege nadia nadine nael nancy naomi nassim natacha nathalie nathan nejma nicolas
    nicole noam noe noel noelle noemie nora norbert nordine octave odette odile olga olivia
    olivier ophelie oscar pascal pascale patrice patricia patrick paul paula paule paulette
    pauline pedro perrine philibert philippe pierre pierrette pierrick priscilla prosper quentin
    rachel rachid raoul raphael raphaelle raymond raymonde rebecca regina regine regis rejane
    remi remy renaud rene renee reynald ricardo richard rita robert roberte robin rodolphe
    rodrigue roger roland rolande romain romane romaric romuald ronan rosa rosalie rose roseline
    roxane ruben ryan sabine sabrina said salima sally salome samia samir samuel samy sandra
    sandrine sara sarah sebastien segolene selim serge severine sidonie simon simone sofia
    sofiane solange solene sonia sophie stanislas stella stephan stephane stephanie steve steven
    suzanne suzy sylvain sylvaine sylvestre sylvette sylviane sylvie tanguy tatiana teddy teo
    thaddee theo theodore theophile therese thibaud thibault thibaut thierry thomas timothe
    timothee titouan tom toufik tristan ugo urbain ursule valentin valentine valerie vanessa
    veronique vicente victor victoire victoria vincent violaine violette virginie viviane
    vladimir walter wilfried william willy xavier yacine yael yanis yann yannick yasmina yasmine
    yoann yohan yolande youssef yvan yves yvette yvon yvonne zacharie zoe zohra
    """
    )
)


@lru_cache(maxsize=4096)
def reads_as_person(name: str | None) -> bool | None:
    """Tell whether a name reads as a person's: True, False, or None when it cannot be told.

    A civility or the words of the law (EIRL, entreprise individuelle) say yes whatever follows; a
    legal form says no; so do a figure, and words of trades, without any given name. What is made
    of other words only may be a surname, alone or not: given names are more than any list holds.
    """
    if name is None:
        return False
    text = fold(_POINTS.sub("", name))
    words = _WORDS.findall(text)
    if not words:
        return False
    if _ALONE.search(text):
        return True
    if _LEGAL.intersection(words):
        return False
    if _CIVILITY.match(text) and len(words) > 1:
        return True
    plain = all(one.isalpha() for one in words) and not _TRADES.intersection(words)
    if not _GIVEN.intersection(words):
        return None if plain else False
    # « Jeanne » alone is a sign; « Garage Jeanne Petit » may be either.
    free = any(b in _GIVEN and a not in _OF for a, b in pairwise(["", *words]))
    borne = sum(one not in _PARTICLES for one in words)
    return True if plain and free and _SHORTEST <= borne <= _LONGEST else None


def is_person(party: Party) -> bool | None:
    """Tell whether a company is a person: what is said of it, else what its name reads as."""
    return reads_as_person(party.name) if party.sole_trader is None else party.sole_trader


def public_name(party: Party) -> str | None:
    """The name that anybody may read: None unless it is surely no person's."""
    return party.name if is_person(party) is False else None


def known_name(party: Party) -> str | None:
    """The name that the buyer reads: None when it is a person's."""
    return None if is_person(party) else party.name


def called(party: Party) -> str:
    """A company in the history of a buyer: its name, else its number, else what it is."""
    if is_person(party):
        return party.identifier or SOLE_TRADER
    return party.name or party.identifier or "?"


def discreet(record: ContractRecord) -> ContractRecord:
    """The record with the names that anybody may read, and no other."""
    return replace(
        record,
        suppliers=_discreet(record.suppliers),
        amendments=tuple(_amended(one) for one in record.amendments),
        subcontracts=tuple(
            replace(one, subcontractor=_unnamed(one.subcontractor)) if one.subcontractor else one
            for one in record.subcontracts
        ),
    )


def _amended(one: AmendmentRecord) -> AmendmentRecord:
    return one if one.suppliers is None else replace(one, suppliers=_discreet(one.suppliers))


def _discreet(parties: tuple[Party, ...]) -> tuple[Party, ...]:
    return tuple(map(_unnamed, parties))


def _unnamed(party: Party) -> Party:
    return replace(party, name=public_name(party))
