"""Charsets that nobody named."""

import pytest

from channels.email.reading.charsets import codec_of, decoded
from channels.email.reading.encoded_words import base64_bytes, words

SHORT = (
    *("яма", "ЯМА", "Жалоба", "ЖАЛОБА", "Добрый день", "Нет воды", "вода", "Прошу убрать мусор", "Отсутствует отопление в доме 5"),
    *("Не горит фонарь!", "спасибо", "Ответ на запрос 12", "ул. Ленина, 5", "Re: Обращение", "Договор.docx", "фото ямы.jpg", "да"),
    *("ВЛАДИКАВКАЗ", "Тест", "ОБРАЩЕНИЕ ГРАЖДАНИНА", "Нет", "и", "скан", "СКАН", "акт.pdf", "АКТ.pdf", "Щётка", "Хетагурова"),
    *("Дзгоева Зарема", "ДЗГОЕВА", "Анна", "Сергей", "КВИТАНЦИЯ", "свет", "ДВОР"),
)
CHARSETS = ("utf-8", "cp1251", "koi8-r", "cp866")
# Its three bytes happen to be one Hebrew letter of UTF-8.
AMBIGUOUS = ("яма", "cp866")


@pytest.mark.parametrize(
    ("text", "charset"), [(text, charset) for text in SHORT for charset in CHARSETS if (text, charset) != AMBIGUOUS]
)
def test_even_a_word_betrays_its_charset(text: str, charset: str) -> None:
    assert decoded(text.encode(charset)) == (text, True)


@pytest.mark.parametrize(
    "name", ["", "klingon", "zlib_codec", "rot13", "base64", "idna", "unicode_escape", "x" * 500, "\udcff", "a\0b"]
)
def test_what_is_no_charset_of_words_is_none(name: str) -> None:
    assert codec_of(name) == ""


@pytest.mark.parametrize("name", ["UTF-8", '"koi8-r"', " windows-1251 ", "CP866", "us-ascii", "utf8", "utf-16"])
def test_a_charset_is_known_however_it_is_written(name: str) -> None:
    assert codec_of(name)


HEADERS = {
    "whole": ("=?utf-8?B?0K/QvNCw?=", "Яма"),
    "a letter cut in two": ("=?utf-8?B?0K/Q?= =?utf-8?B?vNCw?=", "Яма"),
    "folded between": ("=?koi8-r?Q?=D1=CD?=\r\n =?koi8-r?Q?=C1?=", "яма"),
    "not folded at all": ("=?utf-8?B?0K8=?==?utf-8?B?0LzQsA==?=", "Яма"),
    "two charsets": ("=?koi8-r?Q?=D1?= =?windows-1251?Q?=EC=E0?=", "яма"),
    "words between": ("Re: =?utf-8?Q?=D0=AF?= and =?utf-8?Q?=D0=AF?=", "Re: Я and Я"),
    "spaces within": ("=?utf-8?Q?=D0=AF _ =D0=AF?=", "Я Я"),
    "a language": ("=?utf-8*ru?Q?=D0=AF?=", "Я"),
    "no padding": ("=?utf-8?B?0K8?=", "Я"),
    "an unknown charset": ("=?klingon?B?/+zg?=", "яма"),
    "never closed": ("=?utf-8?B?0K8", "=?utf-8?B?0K8"),
    "line ends within": ("=?utf-8?Q?a=0D=0ABcc:_x?=", "a Bcc: x"),
    "zeros within": ("=?utf-8?Q?a=00b?=", "ab"),
}


@pytest.mark.parametrize("name", HEADERS)
def test_encoded_words_are_read(name: str) -> None:
    raw, wanted = HEADERS[name]
    assert words(raw) == wanted


BASE64 = {
    "whole": (b"aGVsbG8=", b"hello"),
    "without its end": (b"aGVsbG8", b"hello"),
    "cut": (b"aGVsb", b"hel"),
    "in lines and with strange signs": (b"aG Vs\r\n*bG8=\r\n", b"hello"),
    "twice": (b"aGVsbG8=\r\naGVsbG8=", b"hellohello"),
    "no sign of it": (b"==\xff!=", b""),
    "one sign": (b"a", b""),
    "a thousand ends and more": (b"ab=" * 1000 + b"a=a=abcde=", b"i" * 1000),
}


@pytest.mark.parametrize("name", BASE64)
def test_base64_is_read_as_far_as_it_goes(name: str) -> None:
    raw, wanted = BASE64[name]
    assert base64_bytes(raw) == wanted
