"""Chinese unless the visitor chose English; the choice stays in the session.

The templates are written in Chinese, so there is no Chinese catalogue: a sentence without a translation shows in
Chinese. English is `translations/en/LC_MESSAGES/messages.po`, kept compiled beside it (a test holds the two
together): an installed package needs no build step.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, abort, redirect, request, session
from flask.typing import ResponseReturnValue
from flask_babel import Babel, gettext
from markupsafe import Markup

from liaison.texts import LANGUAGES, catalogue

_LOCALES = {"zh": "zh_CN", "en": "en"}
_SCRIPT_WORDS = "web.script."
_HAN, _WORD = re.compile("[\u4e00-\u9fff]"), re.compile("[A-Za-z]+")  # zh: whether a text is Chinese

blueprint = Blueprint("language", __name__)


def init_app(app: Flask) -> None:
    """Set up Flask-Babel; give the templates `lang()`, `script_words()` and the route that switches."""
    Babel(app, locale_selector=lambda: _LOCALES[lang()])
    app.jinja_env.globals["_"] = translated
    app.jinja_env.globals.update(lang=lang, html_lang=html_lang, script_words=script_words, tongue=tongue)
    app.register_blueprint(blueprint)


def lang() -> str:
    """The language of this request, as `liaison.texts` names it."""
    chosen = session.get("lang")
    return chosen if chosen in LANGUAGES else LANGUAGES[0]


def html_lang() -> str:
    """The language of this request, as an HTML page names it."""
    return {"zh": "zh-CN", "en": "en"}[lang()]


def tongue(text: object) -> Markup:
    """The attribute that marks Chinese on a page in another language: what people wrote, and what of a mechanism was
    not translated, is read out as what it is. A sentence that only names something in Chinese stays in its own."""
    said = "" if lang() == "zh" else str(text)
    chinese = len(_HAN.findall(said)) > len(_WORD.findall(said))
    return Markup(' lang="zh-CN"' if chinese else "")  # noqa: S704 - written here


def script_words() -> dict[str, str]:
    """What the browser script says, code → sentence; `{name}` in it is filled by the script."""
    return _script_words(lang())


@cache
def _script_words(language: str) -> dict[str, str]:
    return {code: texts[language] for code, texts in catalogue().items() if code.startswith(_SCRIPT_WORDS)}


def translated(text: str, **params: Any) -> Markup:
    """The sentence of a template, `%(name)s` in it filled and escaped.

    Chinese is what the templates are written in: there is nothing to look up."""
    sentence = _marked(text if lang() == "zh" else gettext(text))
    return sentence % params if params or "%" in sentence else sentence


@cache
def _marked(text: str) -> Markup:
    """Sentences come from templates and catalogues: there is an end to them."""
    return Markup(text)  # noqa: S704 - written by us, not by a visitor


@blueprint.post("/language")
def choose() -> ResponseReturnValue:
    """Keep the language chosen and go back to the page it was chosen on."""
    if request.form.get("lang") not in LANGUAGES:
        abort(400)
    session["lang"] = request.form["lang"]
    came_from = urlsplit(request.referrer or "/")
    if came_from.netloc not in ("", request.host):
        return redirect("/")
    return redirect((came_from.path or "/") + (f"?{came_from.query}" if came_from.query else ""))
