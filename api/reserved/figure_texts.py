"""The published definitions of the figures of reserved markets, word for word."""

RESERVED = (
    "Contrats notifiés dans l’année, inscrits au registre des marchés réservés ou dont la "
    "considération « Marché réservé » est dite « oui ». Sans réponse : ni inscrits, ni dits "
    "réservés ou non réservés."
)
ALL = "Tous les contrats notifiés dans l’année (marchés et concessions, quel que soit le montant)."
FAMILIES = (
    "Les contrats notifiés dans l’année dont le code CPV est d’une famille réservable de "
    "l’acheteur. Un contrat sans code CPV n’est ni dedans ni dehors : il élargit l’intervalle."
)
NO_FAMILY = "non calculable : aucune famille réservable n’est déclarée"
MANDATED = (
    "Montants mandatés dans l’année aux bénéficiaires que le registre des structures dit d’un type "
    "d’insertion ou de handicap, de l’ESS ou ESUS. Le chiffre d’affaires moyen est ce total divisé "
    "par le nombre de ces structures (SIRET différents), au centime le plus proche, la moitié "
    "arrondie au centime supérieur. Un bénéficiaire dit entreprise ordinaire (type « aucune ») et "
    "hors de l’ESS n’en est pas ; les bénéficiaires non qualifiés sont comptés à part."
)
NO_SPENDING = "non calculable : aucun montant mandaté n’est saisi pour cette année"
NO_STRUCTURE_PAID = "non calculable : aucun bénéficiaire n’est connu comme structure"

_COUNTING = (
    " Un contrat compte dès qu’un de ses titulaires en est ; il est hors de la catégorie quand "
    "tous sont dits ne pas en être ; sinon il est inconnu, comme un contrat sans titulaire. La "
    "valeur est le montant notifié entier, groupement compris."
)
_RESERVED_ELSEWHERE = (
    " Un contrat réservé sur un autre article, ou dit non réservé, est hors de la catégorie ; un "
    "contrat dont rien ne dit s’il est réservé, ou sur quel article, est inconnu. La valeur est le "
    "montant notifié entier."
)
CATEGORIES: dict[str, tuple[str, str]] = {
    "esus": (
        "Entreprises solidaires d’utilité sociale (ESUS)",
        "Contrats notifiés dont un titulaire est dit agréé ESUS par le registre des structures. "
        "Un titulaire que personne ne dit agréé ou non est inconnu, sauf s’il est dit hors de "
        "l’ESS : il ne peut alors être ESUS." + _COUNTING,
    ),
    "disadvantaged": (
        "Entreprises employant des personnes défavorisées ou vulnérables",
        "Contrats notifiés réservés sur l’article L2113-12, L2113-13 ou L2113-13-1 (L3113-1, "
        "L3113-2 ou L3113-2-1 pour une concession), ou dont un titulaire est d’un type de "
        "structure inclusive au registre des structures ou sur sa fiche d’entreprise. Un titulaire "
        "dont le type n’est pas dit est inconnu ; il est hors de la catégorie quand le registre "
        "ou sa fiche dit « aucune »." + _COUNTING,
    ),
    "ess": (
        "Économie sociale et solidaire (ESS)",
        "Contrats notifiés dont un titulaire est dit de l’ESS, par le registre des structures ou à "
        "défaut sur sa fiche d’entreprise." + _COUNTING,
    ),
    "inclusive": (
        "Structures d’insertion ou du handicap",
        "Contrats notifiés dont un titulaire est d’un type de structure inclusive, par le registre "
        "des structures ou à défaut sur sa fiche d’entreprise ; « aucune » l’en exclut."
        + _COUNTING,
    ),
    "reserved_disadvantaged": (
        "Contrats réservés à l’insertion, au handicap ou au travail pénitentiaire",
        "Contrats notifiés inscrits au registre des marchés réservés sur l’article L2113-12, "
        "L2113-13 ou L2113-13-1 (L3113-1, L3113-2 ou L3113-2-1 pour une concession)."
        + _RESERVED_ELSEWHERE,
    ),
    "reserved_ess": (
        "Contrats réservés à l’économie sociale et solidaire",
        "Contrats notifiés inscrits au registre des marchés réservés sur l’article L2113-15."
        + _RESERVED_ELSEWHERE,
    ),
}
