"""HTML of strangers: as text, as text without what is quoted, and as HTML that is safe to show."""

import re
from html import escape, unescape

import nh3
from inscriptis import get_text
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.model.config import ParserConfig
from selectolax.lexbor import LexborHTMLParser

QUOTES = (
    "blockquote, .gmail_quote, .gmail_quote_container, .yahoo_quoted, .moz-cite-prefix, #divRplyFwdMsg, #divRplyFwdMsg ~ *,"
    " #appendonsend, #appendonsend ~ *, #mail-editor-reference-message-container, #isReplyContent"
)
"""Where mail programs put what they quote."""
UNSEEN = "head, script, style, title, template, noscript, object, embed, iframe, svg, math, form > input, select, button"
SHOWN = (
    "a abbr b blockquote br caption center code col colgroup dd del div dl dt em font h1 h2 h3 h4 h5 h6 hr i img ins li ol p pre"
    " q s small span strike strong sub sup table tbody td tfoot th thead tr tt u ul"
)
ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan", "align", "valign"},
    "th": {"colspan", "rowspan", "align", "valign"},
    "ol": {"start", "type"},
    "font": {"color"},
}
DATA_IMAGE = re.compile(r"^data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]{1,140000}$")
"""About 100 kB; no SVG, which may hold scripts."""
CID = re.compile(r"^cid:[^\s\"'<>]{1,250}$", re.IGNORECASE)
DATA_URL = re.compile(r"data:[a-z]{1,20}/[a-z0-9.+\-]{1,40};base64,[A-Za-z0-9+/=\s]*")
DEEPEST, TAGS, LONGEST_TAG = 200, 120_000, 4000
"""Levels of tags, their count, and signs of one without the images in it: a page that somebody wrote has less."""
WHOLE_TAG = re.compile(r"<[a-zA-Z/!?][^<>]*")
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})\b")
OPENS, CLOSES = "\ue000", "\ue001"
"""Of private use: where a quote begins and ends, while the page becomes text."""
QUOTED, NESTED = 200, 8
BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*){2,}")
CONFIG = ParserConfig(css=CSS_PROFILES["strict"], display_links=False, display_images=False)
SINGLE = frozenset(
    {"br", "hr", "img", "input", "meta", "link", "col", "area", "base", "wbr", "source", "embed", "p", "li", "td", "tr"}
)


def is_html(text: str) -> bool:
    """Whether a text that is called plain is HTML: some programs say one and send the other."""
    return re.match(r"\s*(<!doctype html|<html[\s>])", text[:500], re.IGNORECASE) is not None


def text_of(html: str, *, quoted: bool = True) -> str:
    """What one reads on the page; without ``quoted`` what mail programs put into their containers of quotes is left out."""
    if is_monstrous(html):
        return _flat(html)
    tree = LexborHTMLParser(html)
    for unwanted in tree.css(UNSEEN if quoted else f"{UNSEEN}, {QUOTES}"):
        unwanted.decompose()
    for quote in tree.css("blockquote")[:QUOTED]:
        quote.insert_before(OPENS)
        quote.insert_after(CLOSES)
    body = tree.body
    return _marked(_tidy(get_text(body.html or "", CONFIG))) if body is not None and (body.html or "").strip() else ""


def safe(html: str) -> str:
    """The page without script, form, frame, style and anything remote; inline images stay as ``cid:``."""
    if is_monstrous(html):
        return f"<pre>{escape(_flat(html))}</pre>"
    return nh3.clean(
        html,
        tags=set(SHOWN.split()),
        clean_content_tags={
            "script",
            "style",
            "title",
            "template",
            "noscript",
            "iframe",
            "object",
            "svg",
            "math",
            "textarea",
            "select",
        },
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        attribute_filter=_attribute,
        url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
        url_relative="deny",
    ).strip()


def from_text(text: str) -> str:
    """A plain text beside HTML."""
    return f"<pre>{escape(text)}</pre>"


def _attribute(tag: str, name: str, value: str) -> str | None:
    if tag == "img" and name == "src":
        return value if CID.match(value) or DATA_IMAGE.match(value) else None
    if tag == "a" and name == "href":
        return None if value.lower().lstrip().startswith(("cid:", "data:")) else value
    return value


def is_monstrous(html: str) -> bool:
    """Libraries walk a page by recursion, and compare each attribute of a tag with all others: so tags are counted before."""
    bare = DATA_URL.sub("", html)
    if any(found.end() - found.start() > LONGEST_TAG for found in WHOLE_TAG.finditer(bare)):
        return True
    depth = 0
    for number, found in enumerate(TAG.finditer(bare)):
        if found[2].lower() not in SINGLE:
            depth = max(0, depth - 1) if found[1] else depth + 1
        if depth > DEEPEST or number > TAGS:
            return True
    return False


def _flat(html: str) -> str:
    """Text without a tree."""
    without = re.sub(r"(?is)<(script|style|title)\b.{0,100000}?</\1\s*>", " ", html)
    from_tags = re.sub(r"<(?:br|/p|/div|/tr)\b[^<>]{0,200}>", "\n", without)
    return _tidy(unescape(re.sub(r"<[^<>]{0,2000}>", "", from_tags)))


def _marked(text: str) -> str:
    """Lines of quotes with ``>`` before them, as in a plain mail."""
    if OPENS not in text:
        return text
    lines, depth = list[str](), 0
    for line in text.split("\n"):
        bare = line.replace(OPENS, "").replace(CLOSES, "")
        depth_within = depth + line.count(OPENS) if line.lstrip().startswith(OPENS) else depth
        depth = max(0, depth + line.count(OPENS) - line.count(CLOSES))
        if bare.strip() or bare == line:
            lines.append(f"{'>' * min(depth_within, NESTED)} {bare.strip()}".rstrip() if depth_within else bare.rstrip())
    return BLANK_LINES.sub("\n\n", "\n".join(lines)).strip("\n")


def _tidy(text: str) -> str:
    lines = (line.rstrip().replace("\xa0", " ") for line in text.split("\n"))
    return BLANK_LINES.sub("\n\n", "\n".join(lines)).strip("\n")
