"""Every trap of the format, under the number that its study gives it, and the tests against it.

The study is a list of 23 traps found in the official schema, the XSD, their documentation and the
readers of others; the tests live beside what they test.
"""

from collections.abc import Callable
from typing import Any

import pytest

from tests.rules.decp import test_decp_consolidation as dropped
from tests.rules.decp import test_decp_labels as labels
from tests.rules.decp import test_decp_published_traps as published
from tests.rules.decp import test_decp_publishing as publishing
from tests.rules.decp import test_decp_traps as traps
from tests.rules.decp import test_decp_xml_writing as xml

TRAPS: dict[int, tuple[str, tuple[Callable[..., Any], ...]]] = {
    1: (
        "labels are wrapped in an object, objects one by one",
        (traps.test_labels_are_wrapped_in_an_object_and_objects_one_by_one,),
    ),
    2: (
        "two keys under « marches », one with a hyphen",
        (published.test_each_family_has_its_own_key_and_refuses_the_other,),
    ),
    3: (
        "a file that begins with a concession is left out by readers",
        (published.test_contracts_stand_before_concessions_in_one_file,),
    ),
    4: ("an empty list is refused", (traps.test_empty_lists_are_left_out,)),
    5: ("_type, uid and source are refused", (traps.test_type_uid_and_names_are_not_written,)),
    6: ("names have disappeared", (traps.test_type_uid_and_names_are_not_written,)),
    7: (
        "straight apostrophes, composed accents, no space at the end",
        (
            published.test_a_label_almost_right_is_never_published_and_is_read_as_it_should_be,
            published.test_no_label_of_ours_holds_a_typographic_apostrophe_nor_decomposed_accents,
        ),
    ),
    8: (
        "Maitrise d'œuvre, without its circumflex",
        (traps.test_maitrise_d_oeuvre_has_no_circumflex_and_a_ligature,),
    ),
    9: (
        "« Sans objet » is not « Pas de »; the modalities had other names",
        (
            published.test_sans_objet_and_pas_de_are_not_the_same_word,
            published.test_sans_objet_says_nothing_of_considerations,
            labels.test_the_modalities_of_2_0_0_are_understood,
        ),
    ),
    10: (
        "Accord-cadre and Marché subséquent are no natures any more",
        (
            published.test_a_nature_that_became_a_technique_is_not_published_as_a_nature,
            labels.test_the_natures_of_2019_become_a_technique_or_a_modality,
        ),
    ),
    11: (
        "a company of the Union has a TVA number, no « UE »",
        (published.test_a_european_company_is_known_by_its_tva_number,),
    ),
    12: (
        "numbers of amendments, and new totals",
        (
            traps.test_amendments_bear_new_totals_and_their_own_numbers,
            traps.test_an_amendment_of_2019_has_no_number_and_gets_none,
            traps.test_contradictions_between_parts_are_told,
        ),
    ),
    13: (
        "a rate of advance of 0 means two things",
        (
            traps.test_the_rate_of_an_advance_is_written_only_when_known_and_above_zero,
            traps.test_a_rate_of_zero_is_no_rate,
        ),
    ),
    14: (
        "unknown origins are left out, and marked as missing for some CPV codes",
        (
            traps.test_unknown_origins_are_left_out_and_null_is_read_as_unknown,
            dropped.test_what_is_altered_is_told_apart_from_what_is_dropped,
        ),
    ),
    15: (
        "no way to say that offers are unknown",
        (traps.test_unknown_offers_cannot_be_published_and_are_not_invented,),
    ),
    16: (
        "a duration is an integer without decimals",
        (
            published.test_a_duration_is_written_without_decimals,
            published.test_a_duration_with_decimals_is_refused_by_the_xsd,
        ),
    ),
    17: (
        "an amount of 0 can't be published",
        (traps.test_a_framework_without_amount_cannot_be_published,),
    ),
    18: ("True is refused", (published.test_booleans_are_true_or_false_in_both_formats,)),
    19: (
        "JSON and the XSD disagree on a name",
        (
            published.test_a_changed_subcontract_has_one_name_in_json_and_another_in_xml,
            traps.test_the_wrapper_of_a_changed_subcontract_has_no_s,
            traps.test_the_xml_name_of_a_changed_subcontract_is_read_too,
        ),
    ),
    20: (
        "the XSD has no namespace, no exponent, real dates, and no empty number of framework",
        (
            published.test_the_root_has_no_namespace,
            published.test_a_file_without_contract_is_valid,
            published.test_children_may_come_in_any_order,
            published.test_a_tiny_rate_is_written_without_exponent,
            published.test_a_company_given_twice_passes_the_xsd_but_not_our_rules,
            published.test_an_empty_framework_number_is_never_written,
            published.test_dates_are_those_of_xml_schema,
        ),
    ),
    21: (
        "a reserved concession has its right label, which the ministry misspells",
        (
            published.test_a_reserved_concession_is_published_under_its_right_label,
            dropped.test_a_reserved_concession_is_told_to_be_marked_there,
            labels.test_a_reserved_concession_is_understood_with_the_typing_error_of_the_ministry,
        ),
    ),
    22: (
        "official examples are no model of sense",
        (
            published.test_official_examples_are_no_model_of_sense,
            xml.test_an_official_example_is_read_and_rewritten_as_it_was,
        ),
    ),
    23: (
        "five data are enough for the law and not for the schema",
        (
            published.test_the_five_data_of_a_small_contract_are_no_publishable_contract,
            publishing.test_every_required_field_of_the_schema_is_asked_for_when_unknown,
        ),
    ),
}


def test_every_trap_of_the_study_is_in_the_table() -> None:
    assert sorted(TRAPS) == list(range(1, 24))


@pytest.mark.parametrize("number", TRAPS)
def test_a_trap_has_tests_that_are_run(number: int) -> None:
    sentence, tests = TRAPS[number]
    assert sentence
    assert tests
    for test in tests:
        assert test.__name__.startswith("test_")
        assert test.__module__.rpartition(".")[2].startswith("test_decp_")
