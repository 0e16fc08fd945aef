/** Nederlands: wat wij je vertellen. In de app: je. Op de Home Station: u. */

export const letters = {
  letters: {
    title: 'Berichtencentrum', lead: 'Wat wij je vertellen over je account, je gegevens en PRIFORA. Wat je familie zegt, staat bij Berichten.', unread: (n: number) => (n === 1 ? '1 nieuwe' : `${n} nieuwe`), isNew: 'nieuw', none: 'Er is nog niets. Hier komt wat wij je moeten vertellen.', allRead: 'Alles gelezen', older: 'Oudere tonen', back: 'Alle brieven', more: 'Lees er meer over', gone: 'Deze brief is er niet (meer).',
    topics: { service: 'Je account en PRIFORA gebruiken', updates: 'Nieuwe versies', maintenance: 'Onderhoud', offers: 'Aanbiedingen', privacy: 'Privacy en voorwaarden', partners: 'Met wie we samenwerken', disclosure: 'Wie je gegevens zag of kreeg', statements: 'Van PRIFORA voor iedereen' },
  },
  tell: { title: 'Meld het op dit apparaat', lead: 'Als PRIFORA dicht is en er een bericht of een brief voor je komt, toont dit apparaat: er is iets nieuws. Niet wat en niet van wie, en niet in je stille uren. Komen er daarna meer berichten, dan meldt het dat hoogstens een keer per uur. De maker van je browser, ook buiten Europa, ziet dan dat er iets is en wanneer.', impossible: 'In deze browser kan dit niet.', refused: 'Deze browser laat geen meldingen van PRIFORA toe. Je verandert dat in de instellingen van de browser.' },
  kioskLetters: {
    title: 'Brieven', unread: (n: number) => (n === 1 ? '1 nieuwe brief' : `${n} nieuwe brieven`), read: 'Lees voor', stop: 'Stoppen', from: (when: string) => `Van PRIFORA, ${when}`, none: 'Er zijn geen brieven.', failed: 'De brieven zijn er nu niet. Probeer het straks nog eens.',
  },
}
