"""Everything the server says to people is there in Dutch, French and English, and comes in the language asked for."""

import ast
import re
from pathlib import Path
from uuid import uuid4

import allauth
import pytest
import rest_framework
from allauth.account.adapter import get_adapter
from allauth.core import context
from babel.messages.pofile import read_po
from django.conf import settings
from django.core import mail
from django.template.loader import get_template
from django.test import Client, RequestFactory
from django.utils import translation
from django.utils.functional import Promise

from accounts import services as accounts
from prifora import borrowed, urls
from prifora.kernel.errors import Refused
from tests import cast
from tools import sentences

LANGUAGES = ("nl", "fr", "en")
TRANSLATED = ("nl", "fr")
BORROWED = {*borrowed.SIGN_IN, *borrowed.REQUESTS}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
LIBRARY_MAIL = Path(allauth.__file__).parent / "templates"
NEVER_SENT = {"account/email/login_code", "account/email/password_reset_key"}
"""Mail of ways to sign in that are off."""
MAILS = sorted(
    {
        str(file.relative_to(LIBRARY_MAIL)).removesuffix("_subject.txt")
        for app in ("account", "mfa")
        for file in (LIBRARY_MAIL / app / "email").glob("*_subject.txt")
    }
    - NEVER_SENT
)
ABSENT = {
    "nl": "We kunnen dit niet vinden.",
    "fr": "Nous ne trouvons pas ceci.",
    "en": "We cannot find this.",
}
SIGN_IN = {"nl": "Log eerst in.", "fr": "Connectez-vous d’abord.", "en": "Please sign in first."}


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    target = tmp_path_factory.mktemp("sentences") / "django.pot"
    sentences.extract(target)
    return {message.id for message in catalogue_in(target) if message.id}


def catalogue_in(file, language=None):
    with file.open("rb") as stream:
        return read_po(stream, locale=language)


def catalogue(language):
    return catalogue_in(sentences.LOCALE / language / "LC_MESSAGES" / "django.po", language)


def said(language):
    return {message.id: message.string for message in catalogue(language) if message.id}


def refusals(kind=Refused):
    assert urls.urlpatterns, "every app is loaded"
    for one in kind.__subclasses__():
        yield one
        yield from refusals(one)


def detail(answer):
    return answer.json()["errors"][0]["detail"]


THE_SAME = {
    "nl": {"Postcode", "Week", "postcode", "Privacy"},
    "fr": {"Confirmation (PDF)", "France", "Luxembourg"},
}
"""Words that are written as in English."""


class TestCatalogues:
    def test_code_templates_and_borrowed_sentences_are_all_found(self, found):
        assert {"We cannot find this.", "Ask a colleague", "Hello,", "Request was throttled."} <= found

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_hold_what_the_code_says_and_nothing_else(self, found, language):
        assert said(language).keys() == found, "run: .venv/bin/python -m tools.sentences"

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_hold_nothing_obsolete_or_doubtful(self, language):
        book = catalogue(language)
        assert not book.obsolete
        assert not [message.id for message in book if message.id and message.fuzzy]

    @pytest.mark.parametrize("language", TRANSLATED)
    def test_leave_nothing_in_english(self, language):
        found = {id_ for id_, text in said(language).items() if not text or text == id_}
        assert found == THE_SAME[language]

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_keep_the_placeholders(self, language):
        for id_, text in said(language).items():
            wanted = set(PLACEHOLDER.findall(id_))
            if id_ in BORROWED:
                assert set(PLACEHOLDER.findall(text)) <= wanted, id_
            elif text:
                assert set(PLACEHOLDER.findall(text)) == wanted, id_

    def test_reword_in_english_what_is_borrowed_and_only_that(self):
        assert {id_ for id_, text in said("en").items() if text} == BORROWED

    def test_borrow_only_what_the_libraries_still_say(self):
        packages = [Path(rest_framework.__file__).parent]
        packages += [Path(allauth.__file__).parent / app for app in ("account", "mfa", "headless")]
        said_there = {
            node.value
            for package in packages
            for file in package.rglob("*.py")
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        assert not BORROWED - said_there

    def test_lie_where_set_up_compiles_and_django_looks(self):
        assert [sentences.LOCALE] == settings.LOCALE_PATHS
        inputs = set(sentences.ROOT.glob("*/locale/**/*.po"))
        assert {sentences.LOCALE / code / "LC_MESSAGES" / "django.po" for code in LANGUAGES} == inputs


class TestRefusals:
    def test_can_all_be_translated(self):
        fixed = [one.__name__ for one in refusals() if not isinstance(one.sentence, Promise)]
        assert not fixed

    @pytest.mark.parametrize("language", TRANSLATED)
    def test_all_speak_the_language(self, language):
        for one in refusals():
            with translation.override("en"):
                english = str(one.sentence)
            with translation.override(language):
                assert str(one.sentence) not in ("", english), one.__name__


@pytest.mark.django_db
class TestAnswers:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_come_in_the_language_asked_for(self, as_, alice, language):
        answer = as_(alice).get(f"/api/v1/families/{uuid4()}", headers={"accept-language": language})
        assert (answer.status_code, detail(answer)) == (404, ABSENT[language])
        assert answer.headers["Content-Language"] == language

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_also_where_no_endpoint_is(self, anyone, language):
        answer = anyone.get("/api/v1/nothing-here", headers={"accept-language": language})
        assert (answer.status_code, detail(answer)) == (404, ABSENT[language])

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_ask_the_signed_out_kindly_to_sign_in(self, anyone, language):
        answer = anyone.get("/api/v1/me", headers={"accept-language": language})
        assert (answer.status_code, detail(answer)) == (401, SIGN_IN[language])

    def test_take_regional_languages_for_what_they_are(self, anyone):
        for asked, language in (("nl-BE,nl;q=0.8", "nl"), ("fr-BE", "fr"), ("de, fr;q=0.5", "fr")):
            assert detail(anyone.get("/api/v1/me", headers={"accept-language": asked})) == SIGN_IN[language]

    @pytest.mark.parametrize("asked", [None, "de-DE,de;q=0.9", "*", "not a language"])
    def test_are_dutch_to_strangers_who_ask_for_none_of_ours(self, anyone, asked):
        headers = {"accept-language": asked} if asked else {}
        assert detail(anyone.get("/api/v1/me", headers=headers)) == SIGN_IN["nl"]

    @pytest.mark.parametrize("asked", [None, "de-DE,de;q=0.9", "*"])
    def test_come_in_the_account_s_language_when_none_of_ours_is_asked_for(self, as_, alice, asked):
        accounts.change_profile(account=alice.account, changes={"language": "fr"})
        headers = {"accept-language": asked} if asked else {}
        assert detail(as_(alice).get(f"/api/v1/families/{uuid4()}", headers=headers)) == ABSENT["fr"]

    def test_come_in_the_language_asked_for_whatever_the_account_s_is(self, as_, alice):
        accounts.change_profile(account=alice.account, changes={"language": "fr"})
        answer = as_(alice).get(f"/api/v1/families/{uuid4()}", headers={"accept-language": "en"})
        assert detail(answer) == ABSENT["en"]

    def test_do_not_carry_one_person_s_language_into_the_next_request(self, as_, anyone, alice):
        accounts.change_profile(account=alice.account, changes={"language": "fr"})
        as_(alice).get(f"/api/v1/families/{uuid4()}")
        assert detail(anyone.get("/api/v1/me")) == SIGN_IN["nl"]

    def test_say_why_we_ask_in_three_languages(self, anyone):
        told = {
            language: [
                field["why"]
                for field in anyone.get(
                    "/api/v1/fields", {"kind": "user"}, headers={"accept-language": language}
                ).json()["items"]
            ]
            for language in LANGUAGES
        }
        for dutch, french, english in zip(*(told[language] for language in LANGUAGES), strict=True):
            assert len({dutch, french, english}) == 3

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_of_the_sign_in_library_use_our_words(self, alice, language):
        says = {
            "nl": "De naam en het wachtwoord",
            "fr": "Le nom et le mot de passe",
            "en": "The name and the",
        }
        body = {"username": "alice", "password": cast.b64(b"w" * 32)}
        answer = Client(headers={"accept-language": language}).post(
            "/_allauth/browser/v1/auth/login", body, content_type="application/json"
        )
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["message"].startswith(says[language])

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_to_a_wrong_field_leave_no_library_word_untranslated(self, as_, alice, language):
        says = {
            "nl": "Deze keuze kan niet.",
            "fr": "Ce choix n’est pas possible.",
            "en": "This choice is not",
        }
        answer = as_(alice).patch("/api/v1/me", {"language": "tlh"}, headers={"accept-language": language})
        assert answer.status_code == 400
        assert detail(answer).startswith(says[language])


@pytest.mark.django_db
class TestMail:
    CANARIES = {
        "email": "canary@mail.example",
        "deleted_email": "canary-old@mail.example",
        "from_email": "canary-from@mail.example",
        "to_email": "canary-to@mail.example",
        "ip": "203.0.113.77",
        "user_agent": "CanaryBrowser/1",
        "username": "canary-name",
        "password_reset_url": "https://canary.example/reset",
        "signup_url": "https://canary.example/sign-up",
        "code": "BCDF-GHJK",
    }

    def rendered(self, prefix, user=None):
        with context.request_context(RequestFactory().get("/")):
            told = {**self.CANARIES, "user": user}
            return get_adapter().render_mail(prefix, "somebody@mail.example", told)

    def test_is_all_in_our_own_words(self):
        assert len(MAILS) > 10
        for prefix in MAILS:
            for part in ("_subject.txt", "_message.txt"):
                name = "account/email/email_confirmation" if "confirmation_signup" in prefix else prefix
                origin = Path(get_template(name + part).origin.name)
                assert origin.is_relative_to(sentences.ROOT / "prifora" / "templates"), prefix

    @pytest.mark.parametrize("prefix", MAILS)
    def test_names_nobody_and_says_no_more_than_its_code(self, alice, prefix):
        letter = self.rendered(prefix, alice.account)
        text = f"{letter.subject}\n{letter.body}"
        for name, canary in self.CANARIES.items():
            assert name == "code" or canary not in text
        for private in ("alice", "Alice", "Tester", "testserver"):
            assert private not in text
        assert ("BCDF-GHJK" in letter.body) == ("confirmation" in prefix or "code" in prefix.split("_")[2:])
        assert "BCDF-GHJK" not in letter.subject
        assert not letter.alternatives

    @pytest.mark.parametrize("prefix", MAILS)
    def test_is_there_in_three_languages(self, prefix):
        letters = []
        for language in LANGUAGES:
            with translation.override(language):
                letters.append(self.rendered(prefix))
        assert len({letter.subject for letter in letters}) == 3
        lines = [set(filter(None, letter.body.splitlines())) - {"BCDF-GHJK"} for letter in letters]
        assert all(lines)
        assert not lines[0] & lines[1]
        assert not lines[0] & lines[2]
        assert not lines[1] & lines[2]

    def test_of_features_that_are_off_is_never_sent(self):
        from allauth.account import app_settings

        assert not app_settings.LOGIN_BY_CODE_ENABLED
        assert app_settings.PASSWORD_RESET_BY_CODE_ENABLED

    @pytest.mark.parametrize(
        ("language", "hello", "code"),
        [
            ("nl", "Hallo,", "Je code voor"),
            ("fr", "Bonjour,", "Votre code"),
            ("en", "Hello,", "Your PRIFORA"),
        ],
    )
    def test_and_text_message_follow_the_language_of_the_sign_up(
        self, language, hello, code, django_capture_on_commit_callbacks
    ):
        http = Client(headers={"accept-language": language})
        form = {
            "kind": "user",
            "phone": "+31612345678",
            "username": "anna.v",
            "first_name": "Annabel",
            "last_name": "Verbruggen",
            "email": "annabel@verbruggen.example",
            "password": cast.PASSWORD,
            "kdf_salt": cast.b64(b"0123456789abcdef"),
            "language": language,
        }
        with django_capture_on_commit_callbacks(execute=True):
            http.post("/_allauth/browser/v1/auth/signup", form, content_type="application/json")
        newest = max((settings.DATA_DIR / "sms").glob("*.txt"), key=lambda file: file.stat().st_mtime_ns)
        number, text = newest.read_text(encoding="utf-8").splitlines()
        assert number == "+31612345678"
        assert text.startswith(code)
        with django_capture_on_commit_callbacks(execute=True):
            http.post(
                "/_allauth/browser/v1/auth/phone/verify",
                {"code": text.split()[-1].rstrip(".")},
                content_type="application/json",
            )
        assert mail.outbox[-1].body.startswith(hello)
        assert "Annabel" not in mail.outbox[-1].body
