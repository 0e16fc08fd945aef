"""The optional purposes: what happens only with somebody's consent. All of them are off by default.

A version of the words is never changed, only followed by a new one: a consent names what was read by its
hash. Who agreed to earlier words is asked again.
"""

from dataclasses import dataclass
from enum import StrEnum

from prifora.kernel import crypto


class Choice(StrEnum):
    """What a person may agree to or not."""

    NEWS_LETTERS = "news_letters"
    NEWS_MAIL = "news_mail"
    USE_COUNTS = "use_counts"


@dataclass(frozen=True, slots=True)
class Wording:
    """One version of the words with which a person is asked: (title, text) by language."""

    version: int
    words: dict[str, tuple[str, str]]

    def hash_of(self, choice: Choice, language: str) -> bytes:
        """Return what stands in the record for the very words that were read (32 bytes)."""
        title, text = self.words[language]
        return crypto.digest("\n".join((choice, str(self.version), language, title, text)).encode())


@dataclass(frozen=True, slots=True)
class Optional:
    """One optional purpose. `marketing`: an objection (GDPR art. 21(2)) ends it. The last wording counts."""

    choice: Choice
    marketing: bool
    wordings: tuple[Wording, ...]

    @property
    def current(self) -> Wording:
        """The words that are asked now."""
        return self.wordings[-1]

    def language_of(self, text_hash: bytes) -> str | None:
        """Return in which language somebody read the current words, or None for other words."""
        found = (one for one in self.current.words if self.current.hash_of(self.choice, one) == text_hash)
        return next(found, None)


_NEWS_LETTERS = Wording(
    1,
    {
        "nl": (
            "Nieuws in het berichtencentrum",
            "We zetten af en toe nieuws over PRIFORA in het berichtencentrum, zoals iets nieuws dat PRIFORA "
            "kan. Hooguit één keer per maand. We kijken daarvoor niet naar wat iemand doet.",
        ),
        "fr": (
            "Des nouvelles dans votre centre de messages",
            "De temps en temps, nous mettons des nouvelles de PRIFORA dans votre centre de messages, par "
            "exemple ce que PRIFORA sait faire de nouveau. Au plus une fois par mois. Pour cela, nous ne "
            "regardons pas ce que vous faites.",
        ),
        "en": (
            "News in your Message Center",
            "Now and then we put news about PRIFORA in your Message Center, such as something new that "
            "PRIFORA can do. At most once a month. We do not look at what you do for it.",
        ),
    },
)
_NEWS_MAIL = Wording(
    1,
    {
        "nl": (
            "Nieuws per e-mail",
            "We sturen een e-mail als er nieuws over PRIFORA klaarstaat. Hooguit één keer per maand. We "
            "geven het adres aan niemand anders voor reclame.",
        ),
        "fr": (
            "Des nouvelles par e-mail",
            "Nous vous envoyons un e-mail quand des nouvelles de PRIFORA vous attendent. Au plus une fois "
            "par mois. Nous ne donnons votre adresse à personne pour de la publicité.",
        ),
        "en": (
            "News by e-mail",
            "We send you an e-mail when there is news about PRIFORA for you. At most once a month. We give "
            "your address to nobody else for advertising.",
        ),
    },
)
_USE_COUNTS = Wording(
    1,
    {
        "nl": (
            "Meetellen hoe PRIFORA wordt gebruikt",
            "We tellen mee hoe vaak onderdelen van PRIFORA worden gebruikt, om het beter te maken. We "
            "bewaren alleen aantallen van veel mensen samen, nooit wie het was en nooit wat iemand zegt of "
            "deelt.",
        ),
        "fr": (
            "Être compté dans l’usage de PRIFORA",
            "Nous comptons combien de fois les parties de PRIFORA sont utilisées, pour l’améliorer. Nous ne "
            "gardons que des nombres de beaucoup de personnes ensemble, jamais qui c’était, ni ce que vous "
            "dites ou partagez.",
        ),
        "en": (
            "Count how PRIFORA is used",
            "We count how often parts of PRIFORA are used, to make it better. We only keep numbers of many "
            "people together, never who it was and never what you say or share.",
        ),
    },
)

_APP_COUNTS = Wording(
    2,
    {
        "nl": (
            "De app laten tellen wat je gebruikt",
            "We tellen hoeveel mensen PRIFORA gebruiken. Er komt altijd een willekeurig getal bij, zodat "
            "niemand erin is terug te vinden. Als je het goed vindt, vertelt de app ons ook welke "
            "onderdelen je gebruikt, zoals voorlezen: hooguit één keer per dag voor elk onderdeel, en op "
            "dezelfde manier geteld. We bewaren nooit wie het was, en nooit wat je zegt of deelt.",
        ),
        "fr": (
            "Laisser l’application compter ce que vous utilisez",
            "Nous comptons combien de personnes utilisent PRIFORA. Un nombre au hasard y est toujours "
            "ajouté, pour que personne ne puisse y être retrouvé. Si vous êtes d’accord, l’application nous "
            "dit aussi quelles parties vous utilisez, comme la lecture à voix haute : au plus une fois par "
            "jour pour chaque partie, et compté de la même façon. Nous ne gardons jamais qui c’était, ni ce "
            "que vous dites ou partagez.",
        ),
        "en": (
            "Let the app count what you use",
            "We count how many people use PRIFORA. A random number is always added, so that nobody can be "
            "found in it. If you agree, the app also tells us which parts you use, such as reading aloud: "
            "once a day at most for each part, and counted in the same way. We never keep who it was, and "
            "never what you say or share.",
        ),
    },
)

OPTIONAL = {
    one.choice: one
    for one in (
        Optional(Choice.NEWS_LETTERS, marketing=True, wordings=(_NEWS_LETTERS,)),
        Optional(Choice.NEWS_MAIL, marketing=True, wordings=(_NEWS_MAIL,)),
        Optional(Choice.USE_COUNTS, marketing=False, wordings=(_USE_COUNTS, _APP_COUNTS)),
    )
}
"""Every optional purpose there is, in the order in which people are asked."""
