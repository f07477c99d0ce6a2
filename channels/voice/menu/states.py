"""The menu as a table: every place, what it asks, how it listens, and what each key, command and happening leads to."""

from collections.abc import Mapping

from channels.voice.menu import (
    browsing,
    contact,
    dispatch,
    entrance,
    guarding,
    message,
    news,
    operators,
    questions,
    sending,
    services,
)
from channels.voice.menu.items import ITEMS, choose_item, number_items
from channels.voice.menu.model import Happened
from channels.voice.menu.names import Name
from channels.voice.menu.step import FREELY, ONE_KEY, SEVERAL_KEYS, Handler, State, going
from channels.voice.menu.words import Command

OF_QUESTIONS = frozenset({"unknown"})
OF_A_LIST = frozenset({"categories", "category", "page", "article", "more"})
OF_A_SEARCH = frozenset({"ticks", "tries"})
OF_A_MESSAGE = frozenset({"name", "question", "dictated", "contact", "purpose"})
IS_CLOSED = frozenset({"closed"})
YES_NO: Mapping[Command, Handler] = {Command.YES: contact.use_contact, Command.NO: contact.ask_again}

_TOLD: Mapping[Name, State] = {
    Name.MENU: State(
        opens=number_items,
        asks=("menu.ask",),
        listen=FREELY,
        chosen=choose_item,
        spoken=ITEMS,
        heard=questions.ask,
    ),
    Name.ABOUT: State(
        asks=("about.text", "about.ask"),
        listen=ONE_KEY,
        keys={"1": going(Name.ABOUT)},
        spoken=ITEMS,
        heard=questions.ask,
    ),
    Name.NEWS: State(
        asks=("news.ask",),
        listen=ONE_KEY,
        keys={"1": news.read_news},
        spoken=ITEMS,
        heard=questions.ask,
        repeat=news.read_news,
    ),
    Name.MORE: State(
        asks=("more.ask",),
        listen=ONE_KEY,
        keys={"1": going(Name.MENU), "2": going(Name.ENDED)},
        spoken={**ITEMS, Command.YES: going(Name.MENU), Command.NO: going(Name.ENDED)},
        heard=questions.ask,
        silent=going(Name.ENDED),
    ),
}
_QUESTIONS: Mapping[Name, State] = {
    Name.QUESTION: State(
        keeps=OF_QUESTIONS,
        opens=questions.open_question,
        asks=("question.ask",),
        listen=FREELY,
        keys={"1": browsing.list_categories},
        spoken=ITEMS,
        heard=questions.ask,
    ),
    Name.ANSWERED: State(
        keeps=OF_A_LIST,
        asks=("answered.ask",),
        listen=FREELY,
        keys={
            "1": sending.repeat_answer,
            "2": sending.send_by_email,
            "3": sending.send_to_telegram,
            "4": going(Name.QUESTION),
            "5": message.begin_message,
        },
        spoken={
            **ITEMS,
            Command.SEND: sending.send_by_email,
            Command.LISTEN: sending.repeat_answer,
            Command.YES: going(Name.QUESTION),
            Command.NO: going(Name.MORE),
        },
        heard=questions.ask,
        repeat=sending.repeat_answer,
        back=browsing.back_from_answer,
    ),
    Name.CHOOSING: State(
        keeps=OF_QUESTIONS,
        asks=("choosing.ask",),
        listen=FREELY,
        chosen=questions.press_button,
        spoken={Command.YES: questions.affirm, Command.NO: questions.deny},
        heard=questions.ask,
        repeat=questions.repeat_words,
        back=going(Name.QUESTION),
    ),
    Name.FORM: State(
        keeps=OF_QUESTIONS,
        listen=SEVERAL_KEYS,
        keys={"1": questions.affirm, "2": questions.deny},
        chosen=questions.press_button,
        typed=questions.type_number,
        heard=questions.ask,
        repeat=questions.repeat_words,
        back=questions.step_back,
        leave=questions.leave_form,
    ),
    Name.UNANSWERED: State(
        keeps=OF_QUESTIONS,
        asks=("unanswered.ask",),
        listen=FREELY,
        keys={"1": going(Name.QUESTION), "2": message.begin_message},
        spoken={**ITEMS, Command.YES: going(Name.FINDING), Command.NO: going(Name.MORE)},
        heard=questions.ask,
        back=going(Name.QUESTION),
    ),
    Name.CATEGORIES: State(
        keeps=OF_A_LIST,
        asks=("categories.ask",),
        listen=FREELY,
        chosen=browsing.choose_category,
        keys={"8": browsing.more_categories},
        heard=questions.ask,
        repeat=browsing.relist_categories,
        back=browsing.back_from_categories,
    ),
    Name.ARTICLES: State(
        keeps=OF_A_LIST,
        asks=("articles.ask",),
        listen=FREELY,
        chosen=browsing.read_article,
        keys={"8": browsing.more_articles},
        heard=questions.ask,
        repeat=browsing.relist_articles,
        back=browsing.back_from_articles,
    ),
    Name.EMAIL: State(
        keeps=OF_A_LIST,
        asks=("email.ask",),
        listen=FREELY,
        keys={"1": sending.send_to_known},
        heard=sending.hear_email,
        back=going(Name.ANSWERED),
    ),
}
_MESSAGES: Mapping[Name, State] = {
    Name.MESSAGE_OFFER: State(
        keeps=IS_CLOSED,
        opens=message.offer_message,
        asks=("message_offer.ask",),
        listen=ONE_KEY,
        keys={"1": message.begin_message, "5": message.begin_message},
        spoken={**ITEMS, Command.YES: message.begin_message, Command.NO: going(Name.MORE)},
        silent=message.give_up_offer,
        missed=message.give_in,
    ),
    Name.CONTACT_OWN: State(
        keeps=OF_A_MESSAGE,
        asks=("contact_own.ask",),
        listen=ONE_KEY,
        keys={"1": contact.take_own, "2": going(Name.CONTACT)},
        spoken={Command.YES: contact.take_own, Command.NO: going(Name.CONTACT)},
        heard=contact.hear_contact,
        silent=contact.give_up,
        missed=contact.give_up,
        back=contact.step_back,
        queued=True,
    ),
    Name.CONTACT: State(
        keeps=OF_A_MESSAGE,
        opens=contact.ask_number,
        listen=SEVERAL_KEYS,
        keys={"2": contact.dictate},
        typed=contact.hear_contact,
        heard=contact.hear_contact,
        silent=contact.give_up,
        missed=contact.give_up,
        back=contact.step_back,
        queued=True,
    ),
    Name.CONTACT_CHECK: State(
        keeps=OF_A_LIST | OF_A_MESSAGE,
        asks=("contact_check.ask",),
        listen=ONE_KEY,
        keys={"1": contact.use_contact, "2": contact.ask_again},
        spoken=YES_NO,
        heard=contact.hear_contact,
        silent=contact.give_up,
        missed=contact.give_up,
        back=contact.ask_again,
        queued=True,
    ),
    Name.MESSAGE_CHECK: State(
        keeps=OF_A_MESSAGE,
        asks=("message_check.ask",),
        listen=ONE_KEY,
        keys={"1": going(Name.KEEPING), "2": message.play_back, "3": going(Name.MESSAGE_QUESTION)},
        spoken={
            Command.SEND: going(Name.KEEPING),
            Command.YES: going(Name.KEEPING),
            Command.LISTEN: message.play_back,
            Command.AGAIN: going(Name.MESSAGE_QUESTION),
            Command.NO: going(Name.MESSAGE_QUESTION),
        },
        silent=going(Name.KEEPING),
        missed=going(Name.KEEPING),
        back=going(Name.MESSAGE_QUESTION),
    ),
    Name.MESSAGE_UNKEPT: State(
        keeps=OF_A_MESSAGE,
        asks=("message_unkept.ask",),
        listen=ONE_KEY,
        keys={"1": going(Name.KEEPING)},
        spoken={Command.SEND: going(Name.KEEPING), Command.YES: going(Name.KEEPING), Command.NO: going(Name.MORE)},
        silent=message.give_up_sending,
        missed=going(Name.KEEPING),
    ),
    Name.CALL_BACK_OFFER: State(
        keeps=IS_CLOSED,
        asks=("call_back_offer.ask",),
        listen=ONE_KEY,
        keys={"1": contact.ask_call_back},
        spoken={**ITEMS, Command.YES: contact.ask_call_back, Command.NO: going(Name.MORE)},
        silent=operators.give_up_call_back,
        missed=operators.give_in_call_back,
    ),
    Name.DISPATCH_ADVICE: State(
        opens=dispatch.advise,
        asks=("dispatch_advice.ask",),
        listen=ONE_KEY,
        keys={"1": going(Name.DISPATCH), "2": going(Name.SERVICES), "5": message.begin_message},
        spoken={**ITEMS, Command.YES: going(Name.DISPATCH)},
    ),
    Name.SERVICES: services.SERVICES,
}
_BUSY: Mapping[Name, State] = {
    Name.QUEUE: State(
        opens=operators.wait_in_queue,
        keys={"1": contact.ask_call_back, "2": message.begin_message},
        spoken=ITEMS,
        on={Happened.TICK: operators.look_again, Happened.SILENCE: operators.look_again},
        queued=True,
    ),
    Name.OPERATOR: State(
        keeps=OF_A_SEARCH, opens=operators.find_operator, on={Happened.DIALLED: operators.operator_rung}, queued=True
    ),
    Name.DISPATCH: State(opens=dispatch.ring_first, on={Happened.DIALLED: dispatch.dispatch_rung}),
    Name.SERVICE: State(on={Happened.DIALLED: services.service_rung}),
    Name.MESSAGE_NAME: State(keeps=OF_A_MESSAGE, opens=message.record_name, on={Happened.RECORDED: message.name_recorded}),
    Name.MESSAGE_CONTACT: State(keeps=OF_A_MESSAGE, opens=contact.record_contact, on={Happened.RECORDED: message.contact_recorded}),
    Name.MESSAGE_QUESTION: State(
        keeps=OF_A_MESSAGE, opens=message.record_question, on={Happened.RECORDED: message.question_recorded}
    ),
    Name.ENDED: State(opens=entrance.say_farewell, otherwise=entrance.stay_ended),
}
_OUTCOMES: Mapping[Name, State] = {
    Name.READING_NEWS: State(on={Happened.NEWS: news.play_news}, otherwise=news.miss_news),
    Name.ASKING: State(on={Happened.ANSWERED: questions.take_answer}, otherwise=questions.miss_dialogue),
    Name.LEAVING_FORM: State(otherwise=going(Name.MENU)),
    Name.LISTING_CATEGORIES: State(on={Happened.LISTED: browsing.take_categories}, otherwise=browsing.miss_list),
    Name.LISTING_ARTICLES: State(on={Happened.LISTED: browsing.take_articles}, otherwise=browsing.miss_list),
    Name.READING_ARTICLE: State(on={Happened.ANSWERED: browsing.take_article}, otherwise=browsing.miss_list),
    Name.SENDING: State(on={Happened.STORED: sending.tell_sent}, otherwise=sending.tell_unsent),
    Name.ALARMING: State(otherwise=going(Name.DISPATCH), queued=True),
    Name.WARNING: State(otherwise=guarding.go_on, queued=True),
    Name.REFUSING: State(otherwise=guarding.end_refused),
    Name.FINDING: State(
        keeps=OF_A_SEARCH,
        opens=operators.find_operator,
        on={Happened.OPERATOR_FOUND: operators.ring_operator, Happened.NOBODY_FREE: operators.queue_told},
        otherwise=operators.operators_down,
        queued=True,
    ),
    Name.LEAVING_QUEUE: State(otherwise=operators.queue_left, queued=True),
    Name.CALLING_BACK: State(on={Happened.STORED: operators.called_back}, otherwise=operators.not_called_back, queued=True),
    Name.KEEPING: State(
        keeps=OF_A_MESSAGE | {"leaving"},
        opens=message.keep_message,
        on={Happened.STORED: message.message_kept},
        otherwise=message.message_unkept,
    ),
    Name.INFORMING: State(otherwise=going(Name.ABOUT)),
}

STATES: Mapping[Name, State] = {**_TOLD, **_QUESTIONS, **_MESSAGES, **_BUSY, **_OUTCOMES}
"""Every place of the menu."""
