"""Nothing typed is lost: every form with a long field keeps a draft on the server, or says here why it need not."""

import re

from tests.house.tree import ROOT

UI = ROOT / "inbox" / "ui" / "src"
LONG_FIELD = re.compile(r"<textarea|<FormField[^>]*\smultiline[\s/>]|:multiline=")
OTHERWISE = {
    "inbox/ReplyBox.vue": "the drafts of the conversation (useComposer)",
    "quality/SheetForm.vue": "the sheet is saved by itself (useSheet)",
    "knowledge/ArticleForm.vue": "the article is saved by itself (useArticle)",
    "menu/TextItem.vue": "written into the draft of the edition a moment after the last key",
    "privacy/RevealButton.vue": "a few words that are asked for at the moment of looking",
    "ui/FormField.vue": "the field itself",
}


def long_forms() -> dict[str, str]:
    """The components with a long field, by their path."""
    files = {str(path.relative_to(UI)): path.read_text("utf-8") for path in UI.rglob("*.vue")}
    return {name: words for name, words in files.items() if LONG_FIELD.search(words)}


def test_every_form_with_a_long_field_keeps_what_is_typed() -> None:
    lost = [name for name, words in long_forms().items() if name not in OTHERWISE and not keeps(words)]
    assert not lost, f"these lose what is typed when the page is closed: {lost}"


def test_the_list_of_other_ways_names_only_forms_that_go_them() -> None:
    forms = long_forms()
    assert OTHERWISE.keys() <= forms.keys()
    assert not [name for name in OTHERWISE if keeps(forms[name])]


def keeps(words: str) -> bool:
    """Whether the form shows its draft."""
    return ':kept="' in words or "<DraftLine" in words
