/** Nederlands; de andere talen hebben dezelfde zinnen. In de app: je. Op de Home Station: u. */

import { closing } from './nl.closing'
import { data, dataErrors } from './nl.data'
import { asks, better, kioskHelp } from './nl.help'
import { keys } from './nl.keys'
import { letters } from './nl.letters'
import { photoErrors, photos } from './nl.photos'
import { planErrors, plans } from './nl.plans'
import { kioskRights, mandates, rights } from './nl.privacy'
import { talk } from './nl.talk'

export const nl = {
  closing,
  rights,
  kioskRights,
  mandates,
  data,
  asks,
  better,
  kioskHelp,
  ...talk,
  ...keys,
  ...letters,
  ...photos,
  ...plans,
  slogan: 'Alleen jullie. Verder niemand.',
  sloganMore: 'Berichten voor de hele familie, ook op het scherm in de woonkamer. Wat jullie zeggen, kan niemand anders lezen. Ook wij niet op onze servers.',
  privacy: 'Wat we over je bewaren, en waarom',
  nav: { messages: 'Berichten', photos: 'Foto’s', family: 'Familie', me: 'Ik', help: 'Hulp' },
  common: {
    stillLoading: 'Het duurt wat langer dan anders. Nog even geduld…', save: 'Bewaren', cancel: 'Annuleren', back: 'Terug', next: 'Verder', close: 'Sluiten', remove: 'Verwijderen', yes: 'Ja', no: 'Nee', add: 'Toevoegen',
    required: 'moet', optional: 'mag leeg blijven', why: 'Waarom vragen we dit?', loading: 'Even geduld…', saved: 'Bewaard.', copy: 'Kopiëren', copied: 'Gekopieerd.', share: 'Delen', again: 'Opnieuw proberen', you: 'jij',
  },
  offline: (queued: number) => queued === 0 ? 'Geen verbinding. Je kunt gewoon verder lezen en schrijven.' : `Geen verbinding. ${queued === 1 ? 'Eén bericht wacht en wordt' : `${queued} berichten wachten en worden`} vanzelf verstuurd.`,
  notYet: 'Er is geen verbinding. Zodra die er weer is, zie je hier alles.',
  signIn: {
    title: 'Inloggen', login: 'Gebruikersnaam, e-mailadres of telefoonnummer', password: 'Wachtwoord', go: 'Inloggen', passkey: 'Inloggen met passkey', new: 'Nieuw hier?', asUser: 'Ik wil een Home Station', asContact: 'Ik ben uitgenodigd', working: 'Je berichten worden op slot gehouden. Dit duurt een paar tellen…', shutOut: 'Dit apparaat is uitgelogd vanaf een andere plek. Deed je dat niet zelf? Log in en kijk bij Ik wat er gebeurde.', cookie: 'Om ingelogd te blijven, bewaart deze browser één cookie van ons. Bewaart hij geen cookies, dan kun je niet inloggen.',
  },
  signUp: {
    title: { user: 'Account maken', contact: 'Account maken' }, lead: { user: 'Voor wie een Home Station gebruikt of regelt.', contact: 'Voor wie bij een familie hoort.' }, go: 'Account maken', marked: 'Velden met een sterretje (*) moeten ingevuld zijn.',
    passwordHelp: 'Minstens 15 tekens. Een paar gewone woorden achter elkaar werkt goed. We zien je wachtwoord nooit: vergeet je het, dan kunnen wij je oude berichten niet terughalen.', show: 'Wachtwoord tonen',
    weak: { too_short: 'Nog te kort: minstens 15 tekens.', too_long: 'Te lang: hoogstens 64 tekens.', common: 'Dit is makkelijk te raden. Neem andere woorden.', repeats: 'Te veel dezelfde tekens.', about_you: 'Hier staat je naam in. Neem iets dat niemand van je weet.' }, strong: 'Dit is een goed wachtwoord.',
  },
  fields: {
    day: 'Dag', phone: 'Mobiel nummer', username: 'Gebruikersnaam', first_name: 'Voornaam', last_name: 'Achternaam', email: 'E-mailadres', password: 'Wachtwoord', portrait: 'Foto', date_of_birth: 'Geboortedatum', other_dates: 'Andere datum', address: 'Adres', notes: 'Notities', language: 'Taal', text_size: 'Lettergrootte',
    line1: 'Straat en nummer', line2: 'Bus of verdieping', postcode: 'Postcode', city: 'Plaats', country: 'Land (twee letters)', label: 'Wat is er dan?',
    phoneHelp: 'Met landnummer, bijvoorbeeld +31612345678.',
  },
  verify: { title: 'Ben jij het?', phone: 'We stuurden een sms met een code. Vul hem hier in.', email: 'We stuurden een e-mail met een code. Vul hem hier in.', code: 'Code', go: 'Controleren', resend: 'Stuur een nieuwe code', resent: 'Er is een nieuwe code onderweg.' },
  reach: {
    title: 'Hoe je inlogt en bereikbaar bent', lead: 'Klopt er iets niet meer? Verander het hier. Een nieuw nummer of adres telt pas als je de code hebt ingevuld.', change: 'Veranderen', none: 'niet ingevuld', sendCode: 'Stuur me een code', removed: 'Je e-mailadres is weg.',
    done: { username: 'Je gebruikersnaam is veranderd.', phone: 'Je nummer is veranderd.', email: 'Je e-mailadres is veranderd.' },
  },
  second: { title: 'Nog één code', lead: 'Open je app met codes, of gebruik een herstelcode.', code: 'Code', go: 'Inloggen' },
  unlock: { title: 'Berichten openen', lead: 'Vul één keer je wachtwoord in. Daarna blijven je berichten op dit apparaat leesbaar.', go: 'Openen' },
  join: { title: 'Je bent uitgenodigd', enter: 'Vul de code van de uitnodiging in', code: 'Code', look: 'Bekijken', by: (who: string, family: string) => `${who} nodigt je uit voor ${family}.`, hello: (who: string) => `Dag ${who}!`, accept: 'Meedoen', signUp: 'Account maken en meedoen', signIn: 'Ik heb al een account', done: 'Je hoort er nu bij.', until: (day: string) => `Geldig tot ${day}.` },
  family: {
    another: 'Nog een familie?', none: 'Je hoort nog bij geen familie.', make: 'Een familie maken', have: 'Ik heb een uitnodiging', makeTitle: 'Een familie maken', nameLabel: 'Hoe heet de familie?', nameHelp: 'Alleen de familie ziet deze naam.', forWhom: 'Voor wie is de Home Station?', forMe: 'Voor mij', forOther: 'Voor iemand anders', details: 'Over deze persoon', noPhone: 'Heeft geen mobiel nummer: neem het mijne', noEmail: 'Heeft geen e-mailadres: neem het mijne', go: 'Familie maken', language: 'Taal op het scherm',
    people: 'Mensen', you: 'jij', user: 'gebruikt de Home Station', admin: 'beheert de familie', contact: 'hoort erbij', new: 'nieuw',
    invite: 'Iemand uitnodigen', inviteWho: 'Wie nodig je uit? (voornaam)', inviteMake: 'Uitnodiging maken', inviteReady: 'Stuur deze code of link alleen aan die persoon. Hij werkt één keer en 7 dagen lang.', invitations: 'Open uitnodigingen', noInvitations: 'Er staat geen uitnodiging open.', withdraw: 'Intrekken',
    message: 'Bericht sturen', favourite: 'Favoriet maken', unfavourite: 'Geen favoriet meer', block: 'Blokkeren', unblock: 'Niet meer blokkeren', blocked: 'geblokkeerd', makeAdmin: 'Laten beheren', takeAdmin: 'Niet meer laten beheren', removePerson: 'Uit de familie halen', leave: 'Familie verlaten', more: 'Meer',
    removeSure: (who: string) => `Wil je ${who} uit de familie halen? ${who} kan dan meteen niets meer lezen of sturen. De albums die ${who} maakte, en wat ${who} in andere albums zette, gaan bij iedereen weg.`, leaveSure: 'Wil je deze familie verlaten? Je kunt dan meteen niets meer lezen of sturen. De albums die jij maakte, en wat je in andere albums zette, gaan bij iedereen weg. Sla eerst op wat je wilt houden.', welcome: 'Fijn', refuse: 'Liever niet',
  },
  station: {
    title: 'Home Station', none: 'Er is nog geen Home Station.', pair: 'Home Station koppelen', code: 'Code op het scherm', codeHelp: 'Acht letters, bijvoorbeeld BCDF-GHJK.', find: 'Zoeken', found: (model: string, time: string) => `Gevonden: ${model}, wacht sinds ${time}.`, name: 'Hoe noemen we hem?', nameDefault: 'Woonkamer', go: 'Koppelen', paired: 'De Home Station is gekoppeld.', online: 'is aan', offline: 'is uit of heeft geen verbinding', seen: (when: string) => `laatst gezien ${when}`, network: { ethernet: 'met kabel', wifi: 'met wifi', offline: 'zonder verbinding', unknown: 'verbonden' }, mac: 'Apparaatnummer', rename: 'Andere naam', unpair: 'Ontkoppelen', unpairSure: 'De Home Station vergeet dan alles en hoort bij niemand meer. De berichten op het scherm komen daarna niet terug, ook niet op een andere Home Station.', wipe: 'Op afstand wissen', wipeSure: 'De Home Station vergeet alles zodra hij verbinding heeft. De berichten op het scherm komen daarna niet terug, ook niet op een andere Home Station.', wiping: 'wordt gewist', wiped: 'is gewist',
    address: (url: string) => `Open op het scherm: ${url}`,
  },
  talks: {
    earlier: 'Eerdere berichten', nobody: 'Er is nog niemand anders in je familie.', choose: 'Kies minstens één persoon.', gone: 'Dit gesprek is er niet meer', goneLead: 'Je doet niet meer mee, of het gesprek bestaat niet.', title: 'Berichten', none: 'Nog geen gesprekken.', noneLead: 'Begin een gesprek met iemand uit je familie.', new: 'Nieuw gesprek', group: 'Nieuwe groep', groupTitle: 'Naam van de groep', members: 'Wie doen er mee?', start: 'Beginnen', private: 'Alleen jullie kunnen dit lezen.', write: 'Schrijf een bericht', send: 'Sturen', you: 'Jij', unread: (n: number) => `${n} nieuw`, closed: 'Nog even: een ander apparaat geeft je zo toegang.', empty: 'Zeg als eerste iets.', state: { waiting: 'wacht', sent: 'verstuurd', delivered: 'aangekomen', seen: 'gezien', failed: 'niet verstuurd' }, today: 'Vandaag', yesterday: 'Gisteren', manage: 'Groep', rename: 'Andere naam', who: 'Wie doen mee', leave: 'Groep verlaten', everyone: 'Iedereen van de familie doet mee.', tooLong: (left: number) => `Nog ${left} tekens.`,
  },
  me: {
    unknownPlace: 'Onbekend apparaat', since: (when: string) => `sinds ${when}`, whatElse: 'Er veranderde iets aan je account', endSure: 'Wil je daar uitloggen?', addDate: 'Datum toevoegen', noPasskeys: 'Je hebt nog geen passkey.', portraitChoose: 'Foto kiezen', portraitOther: 'Andere foto kiezen', title: 'Ik', profile: 'Over mij', hint: 'Je kunt meer over jezelf vertellen. Het hoeft niet.', hintClose: 'Niet meer tonen', security: 'Veiligheid', sessions: 'Waar ik ingelogd ben', thisOne: 'dit apparaat', seen: (day: string) => `laatst gebruikt ${day}`, revoke: 'Verwijderen', endSession: 'Uitloggen', signOut: 'Uitloggen op dit apparaat', signOutSure: 'Je berichten gaan van dit apparaat af. Op je andere apparaten blijven ze.', password: 'Wachtwoord veranderen', current: 'Huidig wachtwoord', next: 'Nieuw wachtwoord', changed: 'Je wachtwoord is veranderd.', totp: 'App met codes', totpOn: 'staat aan', totpOff: 'staat uit', totpStart: 'Aanzetten', totpEnd: 'Uitzetten', totpScan: 'Scan dit met je app met codes, of neem de letters over.', totpCode: 'Code uit de app', recovery: 'Bewaar deze herstelcodes op papier. Elke code werkt één keer.', passkeys: 'Passkeys', addPasskey: 'Passkey toevoegen', confirm: 'Vul eerst je wachtwoord in.', log: 'Wat er gebeurde', logEmpty: 'Er is niets gebeurd.', language: 'Taal en letters', size: { '1': 'Gewoon', '1.15': 'Groter', '1.3': 'Groot', '1.5': 'Heel groot' }, private: 'Ziet alleen jij',
    what: { closing_idle: 'Je account wordt gesloten omdat niemand het gebruikt', data_exported: 'Al je gegevens meegenomen', restricted: 'We bewaren je gegevens alleen nog', restriction_ended: 'We gebruiken je gegevens weer', closing_asked: 'Gevraagd om je account te sluiten', closing_undone: 'Je account blijft bestaan', relatives_chosen: 'Gekozen wie kan helpen om terug te komen', relatives_ended: 'Niemand kan meer helpen om terug te komen', recovery_asked: 'Iemand vroeg om terug te komen in je account', recovery_vetoed: 'Het terugkomen is gestopt', keys_changed: 'Je sleutels zijn vernieuwd', device_linked: 'Een apparaat liet een nieuw apparaat binnen', recovered_by_sheet: 'Teruggekomen met het herstelblad', recovered_by_relatives: 'Teruggekomen met hulp van familieleden', relatives_consent: 'Op het scherm is goedgevonden wie berichten mag terughalen', staff_look: 'Iemand van ons keek in je gegevens', signed_in: 'Ingelogd', device_added: 'Nieuw apparaat', device_revoked: 'Apparaat verwijderd', password_changed: 'Wachtwoord veranderd', totp_activated: 'App met codes aangezet', totp_deactivated: 'App met codes uitgezet', webauthn_added: 'Passkey toegevoegd', webauthn_removed: 'Passkey verwijderd', recovery_codes_generated: 'Herstelcodes gemaakt', email_changed: 'E-mailadres veranderd', phone_changed: 'Telefoonnummer veranderd', username_changed: 'Gebruikersnaam veranderd', decision_undone: 'Een mens van ons draaide terug wat het systeem besloot', parent_approved: 'Je ouder vond het goed', parent_refused: 'Je ouder vond het niet goed' } as Record<string, string>,
  },
  kiosk: {
    lockedTitle: 'Deze Home Station kan de berichten niet openen', locked: 'De sleutel stond op de Home Station die er eerder was. Vraag uw familie om hulp.', choose: 'Wat wilt u zeggen?', write: 'Iets zeggen', connect: 'Deze Home Station aansluiten', connectLead: 'Een familielid vult deze letters in, in de app bij Familie.', waiting: 'Even geduld…', home: 'Thuis', messages: 'Berichten', parts: ['nacht', 'ochtend', 'middag', 'avond'], read: 'Voorlezen', answer: 'Antwoorden', newer: 'Volgende', older: 'Vorige', phrases: ['Dank je wel, lief!', 'Alles goed hier.', 'Bel me even, alsjeblieft.'], sent: 'Uw antwoord is verstuurd.', noMessages: 'Er zijn nog geen berichten.', nothing: 'Geen nieuwe berichten', unread: (n: number) => (n === 1 ? '1 nieuw bericht' : `${n} nieuwe berichten`), joined: (who: string) => `${who} hoort nu bij uw familie. Vindt u dat goed?`, good: 'Ja, fijn', no: 'Nee, liever niet', offline: 'Er is even geen verbinding. U hoeft niets te doen.', from: (who: string, when: string) => `${who}, ${when}`, me: 'U', all: 'Iedereen', people: 'Uw familie', alone: 'Zodra uw familie erbij is, ziet u ze hier.',
  },
  help: { title: 'Hulp', text: 'Kom je er niet uit? Vraag het aan wie je familie beheert, of schrijf ons: hulp@prifora.invalid. Niemand van ons kan je berichten lezen; ook niet om te helpen.', answers: [
    ['Wie kan mijn berichten lezen?', 'Alleen de mensen in het gesprek, op hun eigen apparaten. Ze gaan op slot voordat ze je apparaat verlaten.'],
    ['Ik ben mijn wachtwoord vergeten', 'Ga bij het inloggen naar: Wachtwoord vergeten of alles kwijt. Met je herstelblad, je familieleden of een ander apparaat kies je een nieuw. Wij kennen je wachtwoord niet en kunnen je niet binnenlaten.'],
    ['Een telefoon is kwijt', 'Ga naar Ik en haal het apparaat weg. Het kan dan meteen niets meer lezen of sturen, en je sleutels worden vernieuwd.'],
    ['Wat als er een waarschuwing staat?', 'Dan merkte je apparaat iets dat niet mag. Er staat bij wat we merkten, wat we deden en wat je kunt doen. Bel iemand uit je familie en lees het samen.'],
    ['Hoe weet ik dat het echt mijn familie is?', 'Open een persoon bij Familie en vergelijk het veiligheidsnummer, samen of aan de telefoon.'],
  ] },
  errors: {
    ...photoErrors,
    ...dataErrors,
    ...planErrors,
    no_password: 'Dit account heeft geen wachtwoord. Vraag ons om het te sluiten.', erasure_began: 'Je account wordt al gewist.',
    rolled_back: 'Er klopt iets niet met wat de server geeft. Er is niets veranderd.', key_changed: 'De sleutels kloppen niet met wat dit apparaat kent. Er is niets veranderd.',
    no_password_slot: 'Met dit wachtwoord kun je je berichten niet openen. Kies een andere weg.', code_wrong: 'Deze code klopt niet. Laat hem nog eens voorlezen.', safety_number_differs: 'Het is niet hetzelfde. Stuur nog niets. Kijk of jullie allebei de juiste persoon open hebben.', link_unknown: 'Deze code werkt niet. Kijk nog eens op het nieuwe apparaat.', link_forged: 'Met dit apparaat klopt iets niet. Toon daar een nieuwe code.', signature_refused: 'De naam of de letters kloppen niet.', sheet_wrong: 'Deze letters kloppen niet. Kijk ze nog eens na.', relatives_refused: 'Met deze mensen kan het nu niet. Kies anderen.', too_many_devices: 'Je hebt te veel apparaten. Haal er eerst een weg.', not_trusted: 'We kunnen niet nagaan wie dit is. Er wordt niets gestuurd.', file_too_large: 'Dit bestand is te groot. Het mag hoogstens 32 MB zijn.', file_empty: 'Dit bestand is leeg.', invalid_username: 'Neem 3 tot 30 kleine letters, cijfers, punten of streepjes.', invalid_email: 'Dit e-mailadres klopt niet.', invalid_date_of_birth: 'Deze dag klopt niet.', rate_limited: 'Te vaak geprobeerd. Wacht een paar minuten.', max_length: 'Dit is te lang.', blank: 'Dit moet ingevuld zijn.', null: 'Dit moet ingevuld zijn.', portrait_unreadable: 'Deze foto kunnen we niet lezen. Kies een andere.', portrait_moving: 'Deze foto beweegt. Kies er een die stilstaat.', portrait_too_many_pixels: 'Deze foto is te groot. Kies een kleinere.', too_large: 'Dit is te groot.', unexpected: 'Er ging iets mis. Er is niets verloren. Probeer het nog eens.', offline: 'Er is geen verbinding. Probeer het straks nog eens.', absent: 'Dit is er niet (meer).', throttled: 'Te vaak geprobeerd. Wacht een kwartier. Klopt dat niet? Vraag bij Ik, Privacy of een mens ernaar kijkt.', required: 'Dit moet ingevuld zijn.', invalid: 'Dit klopt niet.', same_as_current: 'Dit is wat er al staat.', duplicate_email: 'Dit adres heb je al.', username_taken: 'Deze gebruikersnaam kan niet. Kies een andere.', username_invalid: 'Neem 3 tot 30 kleine letters, cijfers, punten of streepjes.', invalid_login: 'Dit klopt niet.', username_password_mismatch: 'Naam of wachtwoord klopt niet.', email_password_mismatch: 'E-mailadres of wachtwoord klopt niet.', phone_password_mismatch: 'Nummer of wachtwoord klopt niet.', too_many_login_attempts: 'Te vaak geprobeerd. Wacht een paar minuten.', incorrect_code: 'Deze code klopt niet.', wrong_password: 'Dit wachtwoord klopt niet.', not_readable: 'Dit wachtwoord klopt niet.', invitation_unknown: 'Deze uitnodiging werkt niet. Vraag een nieuwe.', invitation_forged: 'Met deze uitnodiging klopt iets niet. Vraag een nieuwe.', already_joined: 'Je hoort al bij deze familie.', pairing_unknown: 'Deze code werkt niet. Kijk nog eens op het scherm.', pairing_forged: 'Met dit apparaat klopt iets niet. Zet het uit en weer aan.', last_admin: 'Iemand moet de familie beheren. Laat eerst iemand anders dat doen.', device_needed: 'Open eerst je berichten op dit apparaat.', signed_out: 'Log eerst in.', reauthentication_required: 'Vul eerst je wachtwoord in.', invalid_phone: 'Dit nummer klopt niet. Begin met +31 of +32.',
  },
}

export type Messages = typeof nl
