/** Nederlands: het abonnement van een familie. In de app: je. Op de Home Station: u. */

export const plans = {
  plans: {
    title: 'Abonnement', kinds: { trial: 'Proeftijd', home: 'Abonnement met Home Station', family: 'Abonnement zonder Home Station' } as Record<string, string>, other: 'Abonnement',
    until: (day: string) => `Betaald tot en met ${day}.`, trial: (day: string) => `Jullie kunnen alles proberen tot en met ${day}.`, next: (what: string, day: string) => `Na ${day}: ${what}.`, soon: 'De dagen komen zo.',
    grace: (ended: string, until: string) => `Het abonnement liep tot en met ${ended}. Schrijven kan nog tot en met ${until}. Er kunnen nu geen nieuwe foto’s, films of bestanden bij.`,
    readOnly: (ended: string) => `Het abonnement liep tot en met ${ended}. Jullie kunnen alles lezen en meenemen. Schrijven en foto’s toevoegen kan weer met een nieuwe code.`, nothingLost: 'Er wordt niets gewist omdat er niet betaald is. Wissen wat van jou is en de familie verlaten kan altijd.',
    askAdmin: (who: string) => `Vraag ${who} om een nieuwe code in te vullen.`, takeAlong: 'Alles meenemen', enter: 'Code invullen', code: 'Code uit de winkel', help: 'Zestien letters, bijvoorbeeld BCDF-GHJK-LMNP-QRST. De code staat in de mail van de winkel of op een kaartje in de doos.', ahead: 'Je kunt hem nu al invullen: de dagen komen achteraan en er gaat er geen verloren.', fromEnd: (day: string) => `De nieuwe dagen tellen vanaf ${day}, de laatste betaalde dag.`,
    change: 'Meteen laten ingaan. Wat er nog over is van het andere abonnement, komt erna.', go: 'Code gebruiken', done: (day: string) => `Gelukt. Betaald tot en met ${day}.`, which: 'Voor welke familie is de code?', notYours: 'Alleen wie een familie beheert, kan een code invullen.', private: 'Aan de code is niet te zien wie hem kocht. De winkel weet niet welke familie hem gebruikt.',
    closedTalk: 'Lezen kan nog. Schrijven kan weer zodra er een nieuwe code is.', closedAlbum: 'Kijken kan nog. Foto’s toevoegen kan weer zodra er een nieuwe code is.', see: 'Naar het abonnement',
  },
  kioskPlans: { readOnly: 'U kunt alles blijven lezen en bekijken. Schrijven kan weer als uw familie het abonnement verlengt. U hoeft niets te doen.' },
}

export const planErrors = {
  activation_mistyped: 'Er zit een tikfout in deze code. Vergelijk hem letter voor letter.', activation_unknown: 'Deze code werkt niet. Kwam hij uit onze winkel? Vraag het dan aan de klantenservice.', activation_entered: 'Deze code heb je al ingevuld. Hij telt al mee.', too_many_codes: 'Je hebt al veel codes vooruit ingevuld. Bewaar deze voor later.',
  plan_grace: 'Het abonnement van je familie is afgelopen. Er kunnen geen nieuwe foto’s, films of bestanden bij. Wie de familie beheert, kan bij Familie een nieuwe code invullen.', plan_read_only: 'Het abonnement van je familie is afgelopen. Je kunt alles lezen en meenemen. Wie de familie beheert, kan bij Familie een nieuwe code invullen.', plan_without_station: 'Het abonnement van je familie is er een zonder Home Station. Vul bij Familie een code in van een abonnement met een Home Station.',
}
