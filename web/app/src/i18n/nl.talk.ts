/** Nederlands: alles bij één bericht. */

export const talk = {
  message: {
    more: (who: string, time: string) => `Meer bij het bericht van ${who}, ${time}`, title: 'Dit bericht', react: 'Reageren', unreact: 'Mijn reactie weghalen', reactedBy: (emoji: string, names: string) => `${emoji} van ${names}`,
    emoji: { thumb: 'Duim omhoog', heart: 'Hart', laugh: 'Lachen', wow: 'Verrast', sad: 'Verdrietig', thanks: 'Dank je' },
    reply: 'Antwoorden', replying: (who: string) => `Je antwoordt ${who}`, edit: 'Verbeteren', editing: 'Je verbetert je bericht', stop: 'Niet doen', copy: 'Tekst kopiëren', takeBack: 'Bij iedereen weghalen', takeBackSure: 'Wil je dit bericht bij iedereen weghalen? Ook de kopie op de server gaat weg. Wie het al las, kan het onthouden of er een foto van hebben gemaakt: dat blijft.',
    edited: 'verbeterd', gone: 'Dit bericht is weg.', newer: 'Dit is een nieuwer soort bericht. Deze app kan het nog niet tonen. Laad de app opnieuw.', until: (when: string) => `verdwijnt ${when}`, server: 'Wat ziet de server?',
  },
  attach: {
    open: 'Iets toevoegen', title: 'Wat wil je sturen?', photo: 'Foto kiezen', file: 'Bestand kiezen', limit: 'Een foto of bestand mag hoogstens 32 MB zijn.', cleaned: 'Een foto wordt kleiner gemaakt. Waar en wanneer ze gemaakt is, gaat eraf.', caption: 'Tekst erbij', ready: (name: string, size: string) => `${name}, ${size}`, sending: 'Het bestand gaat op slot en wordt verstuurd…', original: 'Je stuurt het bestand zoals het is. In een foto kan staan waar en wanneer ze gemaakt is.',
    save: 'Opslaan', show: 'Foto groot tonen', fetching: 'Wordt opgehaald…', away: 'Dit bestand is nu niet op te halen.', photoOf: (who: string) => `Foto van ${who}`, something: 'Een bijlage',
  },
  fading: { title: 'Laten verdwijnen', lead: 'Wat je hierna stuurt, verdwijnt na deze tijd bij iedereen en van de server. Wie een foto van het scherm maakt, houdt die.', never: 'Blijft staan', 3600: 'Na 1 uur', 86400: 'Na 1 dag', 604800: 'Na 1 week', on: { 3600: 'Je bericht verdwijnt na 1 uur.', 86400: 'Je bericht verdwijnt na 1 dag.', 604800: 'Je bericht verdwijnt na 1 week.' } },
  voice: {
    title: 'Gesproken bericht', start: 'Opnemen', stop: 'Klaar', recording: (time: string) => `Je wordt opgenomen: ${time}`, listen: 'Luister je bericht na', send: 'Sturen', anew: 'Opnieuw opnemen', most: 'Hoogstens 5 minuten.', length: (time: string) => `Gesproken bericht van ${time}`,
    refused: 'Deze pagina mag de microfoon niet gebruiken. Klik op het slotje naast het adres en sta de microfoon toe.', missing: 'Er is geen microfoon gevonden.', busy: 'De microfoon werkt niet. Misschien gebruikt een ander programma hem.', cannot: 'Deze browser kan niet opnemen.',
  },
  place: {
    title: 'Waar ik ben', lead: 'Je stuurt één keer waar je nu bent. Niemand volgt je daarna. Na een dag verdwijnt het bericht.', find: 'Zoek waar ik ben', finding: 'We zoeken waar je bent…', found: (near: string) => `Gevonden, op ongeveer ${near} na.`, label: 'Naam van deze plek (mag leeg blijven)', send: 'Mijn plaats sturen', open: 'Openen in mijn kaarten', at: (where: string, near: string) => `${where}, op ongeveer ${near} na`,
    refused: 'Deze pagina mag niet weten waar je bent. Klik op het slotje naast het adres en sta de locatie toe.', missing: 'Dit apparaat weet nu niet waar het is. Probeer het buiten of later nog eens.', slow: 'Het duurde te lang. Probeer het nog eens.', cannot: 'Deze browser kan niet vertellen waar je bent.',
  },
  server: {
    title: 'Wat de server ziet', lead: 'Dit is precies wat onze server van dit bericht heeft. Meer is er niet.', not: 'De server ziet niet: wat je zegt, of het een antwoord, foto of reactie is, en hoe een bestand heet.', waiting: 'De server heeft dit bericht nog niet.',
    number: (n: string) => `Het is regel ${n} van dit gesprek.`, at: (when: string) => `De server kreeg het op ${when}.`, who: (account: string) => `Van dit account: ${account}.`, device: (device: string) => `Van dit apparaat: ${device}.`, epoch: (n: string) => `Het zit achter slot nummer ${n} van dit gesprek. Een slot wisselt als er iemand bij komt of weggaat.`, kind: { message: 'Het is een bericht, en geen wijziging van wie er meedoet.', other: 'Het is een wijziging van wie er meedoet.' }, ident: 'De vingerafdruk van de bytes, om ze te herkennen:', expires: (when: string) => `De server wist het op ${when}.`, body: (bytes: string) => `Het bericht zelf, op slot: ${bytes} bytes.`, bodyGone: 'De bytes van het bericht zelf zijn gewist.', archive: (bytes: string) => `De kopie voor je andere apparaten, op slot: ${bytes} bytes.`, archiveId: (id: string) => `Het nummer van de kopie: ${id}.`, signature: 'De handtekening onder de kopie:', noArchive: 'Er is geen kopie voor andere apparaten.', delivered: (names: string) => `Aangekomen op een apparaat van: ${names}.`, nobody: 'Nog bij niemand aangekomen.',
  },
  several: { title: 'Bericht aan meer mensen', lead: 'Ieder krijgt het apart, in een eigen gesprek. Niemand ziet aan wie je het nog meer stuurde.', open: 'Aan meer mensen apart', who: 'Aan wie?', text: 'Je bericht', send: 'Aan ieder apart sturen', sent: (n: number) => (n === 1 ? 'Verstuurd aan één persoon.' : `Verstuurd aan ${n} mensen.`), noText: 'Schrijf eerst een bericht.' },
  full: 'Dit apparaat is vol. Nieuwe berichten blijven alleen zolang de app open is. Maak ruimte vrij.',
  history: { legend: 'Wat mag deze persoon lezen?', today: 'Alleen wat vanaf nu gezegd wordt', start: 'Ook wat eerder gezegd is' },
}

export type TalkMessages = typeof talk
