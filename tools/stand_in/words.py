"""What the stand-in's pages say, in three languages."""

Words = dict[str, str]

NL: Words = {
    "title": "Betalen",
    "notice": "Dit is een nagebootste betaalpagina: er wordt geen geld verplaatst.",
    "choose": "Hoe wil je betalen?",
    "ideal": "iDEAL",
    "bancontact": "Bancontact",
    "creditcard": "Kaart",
    "bank": "Kies je bank",
    "holder": "Naam van de rekeninghouder",
    "iban": "Rekeningnummer (IBAN)",
    "card": "Kaartnummer",
    "name": "Naam op de kaart",
    "until": "Geldig tot (mm/jj)",
    "code": "Beveiligingscode",
    "pay": "Betaal",
    "later": "Betaal, het geld komt later",
    "fail": "Laat de bank weigeren",
    "cancel": "Annuleer",
    "wrong": "Dit nummer klopt niet. Kijk het nog eens na.",
    "back": "Kies iets anders",
    "mandate": "Je geeft ook toestemming om volgende bedragen te innen.",
}
FR: Words = {
    "title": "Payer",
    "notice": "Ceci est une page de paiement simulée : aucun argent n’est déplacé.",
    "choose": "Comment voulez-vous payer ?",
    "ideal": "iDEAL",
    "bancontact": "Bancontact",
    "creditcard": "Carte",
    "bank": "Choisissez votre banque",
    "holder": "Nom du titulaire du compte",
    "iban": "Numéro de compte (IBAN)",
    "card": "Numéro de carte",
    "name": "Nom sur la carte",
    "until": "Valable jusqu’au (mm/aa)",
    "code": "Code de sécurité",
    "pay": "Payer",
    "later": "Payer, l’argent arrive plus tard",
    "fail": "Faire refuser par la banque",
    "cancel": "Annuler",
    "wrong": "Ce numéro n’est pas correct. Vérifiez-le.",
    "back": "Choisir autre chose",
    "mandate": "Vous autorisez aussi le prélèvement des montants suivants.",
}
EN: Words = {
    "title": "Pay",
    "notice": "This page only pretends to be a payment provider: no money is moved.",
    "choose": "How would you like to pay?",
    "ideal": "iDEAL",
    "bancontact": "Bancontact",
    "creditcard": "Card",
    "bank": "Choose your bank",
    "holder": "Name of the account holder",
    "iban": "Account number (IBAN)",
    "card": "Card number",
    "name": "Name on the card",
    "until": "Valid until (mm/yy)",
    "code": "Security code",
    "pay": "Pay",
    "later": "Pay, the money comes later",
    "fail": "Have the bank refuse",
    "cancel": "Cancel",
    "wrong": "This number is not right. Please check it.",
    "back": "Choose something else",
    "mandate": "You also allow further amounts to be collected.",
}


def words_for(locale: str | None) -> tuple[str, Words]:
    """Return the language of a payment, and what the pages say in it."""
    language = (locale or "en")[:2]
    return {"nl": ("nl", NL), "fr": ("fr", FR)}.get(language, ("en", EN))
