"""The examples of the integrators' page are what the API answers today, and the page names each."""

import json
import re

from tests.integrating import recorded
from tests.operations import Service
from tests.recording import EXAMPLES, text_of

PAGE = (EXAMPLES.parent / "README.md").read_text("utf-8")


def test_the_kept_examples_are_what_the_api_answers(service: Service) -> None:
    found = recorded(service).kept
    assert found.keys() == {path.stem for path in EXAMPLES.iterdir()}
    for name, one in found.items():
        kept = (EXAMPLES / f"{name}.json").read_text("utf-8")
        # Written again by: python -m tests.integrating
        assert text_of(one) == kept, name


def test_the_page_names_each_example_and_no_other() -> None:
    named = re.findall(r"\]\(examples/([a-z-]+)\.json\)", PAGE)
    assert sorted(set(named)) == sorted(path.stem for path in EXAMPLES.iterdir())


def test_an_example_holds_nothing_of_the_run_that_made_it() -> None:
    for path in EXAMPLES.iterdir():
        text = path.read_text("utf-8")
        told = json.loads(text)
        assert told["title"]
        assert not re.search(r"spk_(?!exemple1|…)|whsec_(?!montre)", text), path.name
        assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-7(?!000-8000-0000)", text), path.name
