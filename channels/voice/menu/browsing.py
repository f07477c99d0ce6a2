"""Item 3 by keys: kinds of information, then questions, a page of up to seven at a time (reg. 2.4.1)."""

from channels.voice.menu.model import Doing, Effect, Say
from channels.voice.menu.names import Name
from channels.voice.menu.step import Outcome, Step
from channels.voice.texts import listed

MOST_CHOICES = 7
"""Keys 1 to 7 choose, 8 is more, 9 is back."""
LONGEST_VALUE = 32
"""Characters of a choice's value; a longer one would not fit into the address of a hook."""


def list_categories(step: Step, page: int = 0) -> Outcome:
    """A page of the kinds of information."""
    kept = step.keep(categories=page, category=None, article=None)
    return kept.do(Name.LISTING_CATEGORIES, Effect(doing=Doing.LIST_CATEGORIES, page=page))


def list_articles(step: Step, category: str, page: int = 0) -> Outcome:
    """A page of the questions of one kind."""
    kept = step.keep(category=category, page=page, article=None)
    return kept.do(Name.LISTING_ARTICLES, Effect(doing=Doing.LIST_ARTICLES, choice=category, page=page))


def read_article(step: Step, article: str) -> Outcome:
    """The answer to a question that was chosen."""
    return step.keep(article=article).do(Name.READING_ARTICLE, Effect(doing=Doing.READ_ARTICLE, choice=article))


def number_choices(step: Step, *, personal: bool = False) -> Step:
    """The choices of the happening under the keys 1 to 7, each said with its key."""
    choices = [choice for choice in step.happening.choices if len(choice.value) <= LONGEST_VALUE][:MOST_CHOICES]
    for number, choice in enumerate(choices, start=1):
        title = choice.title.rstrip(" .?!")
        step = step.say("choice.line", personal=personal, title=title, key=listed("choice.keys")[number])
    more = step.happening.more and bool(choices)
    step = step.at(choices=tuple(choice.value for choice in choices)).keep(more=1 if more else None)
    return step.say("choice.more") if more else step


def take_categories(step: Step) -> Outcome:
    """The list of kinds came."""
    return _take(step, Name.CATEGORIES, "categories.list")


def take_articles(step: Step) -> Outcome:
    """The list of questions came."""
    return _take(step, Name.ARTICLES, "articles.list")


def _take(step: Step, name: Name, intro: str) -> Outcome:
    if not step.happening.choices:
        return step.say("articles.none").go(Name.UNANSWERED)
    return number_choices(step.say(intro)).go(name)


def take_article(step: Step) -> Outcome:
    """An answer of the knowledge base; it is no secret, so its sound may be kept."""
    if not step.happening.words:
        return step.say("unanswered.text").go(Name.UNANSWERED)
    return step.adding(Say(text=step.happening.words)).at(choices=()).go(Name.ANSWERED)


def miss_list(step: Step) -> Outcome:
    """The knowledge base cannot be read now."""
    return step.say("articles.down").go(Name.UNANSWERED)


def choose_category(step: Step, value: str) -> Outcome:
    """A kind was chosen."""
    return list_articles(step, value)


def relist_categories(step: Step) -> Outcome:
    """The same page again."""
    return list_categories(step, _page(step, "categories"))


def relist_articles(step: Step) -> Outcome:
    """The same page again; without a category, the kinds."""
    category = step.kept.get("category")
    return list_articles(step, category, _page(step, "page")) if category else relist_categories(step)


def more_categories(step: Step) -> Outcome:
    """The next page, or this one again when it is the last."""
    return list_categories(step, _page(step, "categories") + ("more" in step.kept))


def more_articles(step: Step) -> Outcome:
    """The next page, or this one again when it is the last."""
    category = step.kept.get("category")
    return list_articles(step, category, _page(step, "page") + ("more" in step.kept)) if category else relist_categories(step)


def back_from_categories(step: Step) -> Outcome:
    """The page before, or the main menu."""
    page = _page(step, "categories")
    return list_categories(step, page - 1) if page else step.go(Name.MENU)


def back_from_articles(step: Step) -> Outcome:
    """The page before, or the kinds."""
    page, category = _page(step, "page"), step.kept.get("category")
    return list_articles(step, category, page - 1) if page and category else relist_categories(step)


def back_from_answer(step: Step) -> Outcome:
    """To the list that the question was chosen from, or to the next question."""
    return relist_articles(step) if step.kept.get("article") else step.go(Name.QUESTION)


def _page(step: Step, name: str) -> int:
    page = step.kept.get(name, "0")
    return int(page) if page.isdecimal() else 0
