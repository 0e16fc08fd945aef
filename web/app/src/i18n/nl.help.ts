/** Nederlands: wat je ons vraagt, en ons antwoord. In de app: je. Op de Home Station: u. */

export const asks = {
  title: 'Stel ons een vraag', lead: 'Een mens van ons leest het, en antwoordt binnen twee werkdagen. Alleen wie mensen helpt, kan het lezen.', text: 'Wat is je vraag?', textHelp: 'Zet hier geen berichten of foto’s van anderen in, en geen wachtwoord.', send: 'Versturen', sent: 'We hebben je vraag. Het antwoord komt hier, en in je Berichtencentrum.',
  mine: 'Wat je ons vroeg', none: 'Je hebt ons nog niets gevraagd.', on: (day: string) => `Gevraagd op ${day}`, status: { open: 'wacht op ons', answered: 'beantwoord', closed: 'klaar' }, late: 'te laat', back: 'Terug naar Hulp', one: 'Je vraag', due: (day: string) => `Je hoort van ons uiterlijk op ${day}.`, sorry: 'Ons antwoord is te laat. Dat spijt ons.',
  by: { person: 'Jij', staff: 'Wij van PRIFORA' }, more: 'Schrijf verder', reopen: 'Toch niet klaar? Schrijf ons, dan gaan we ermee verder.', done: 'Het is klaar', closed: 'Fijn. Je kunt hier altijd verder schrijven.',
}

export const better = {
  title: 'Wat kan beter?', lead: 'Mis je iets, of werkt iets niet fijn? We bewaren het zonder je naam, een jaar lang. Niemand kan zien wie het schreef.', text: 'Wat wil je ons zeggen?', named: 'Jullie mogen mij antwoorden. Dan weten jullie wie ik ben.', send: 'Versturen', thanks: 'Dank je. We lezen het.',
}

export const kioskHelp = {
  title: 'Hulp', ask: 'Wilt u dat wij u helpen?', askMore: 'Wij zijn de mensen van PRIFORA. We schrijven u hier terug, binnen twee werkdagen. Is er haast bij, of voelt u zich niet goed? Bel dan uw familie, of 112.', yes: 'Ja, vraag om hulp', no: 'Nee, terug',
  text: 'Gevraagd op de Home Station: wilt u mij helpen?', again: 'Gevraagd op de Home Station: ik heb nog hulp nodig.', open: (day: string) => `We weten dat u hulp wilt. U hoort hier van ons uiterlijk op ${day}.`, late: 'We weten dat u hulp wilt. Ons antwoord is te laat. Dat spijt ons.', urgent: 'Is er haast bij? Bel dan uw familie, of 112.', from: (when: string) => `Van PRIFORA, ${when}`, more: 'Ik heb nog hulp nodig', done: 'Dank u, het is klaar', never: 'Ik heb geen hulp meer nodig', failed: 'Dit lukt nu niet. Probeer het straks nog eens, of bel uw familie.',
  waits: 'We weten dat u hulp wilt', answered: 'Er is een antwoord',
}
