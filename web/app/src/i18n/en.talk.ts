/** English: everything about one message. */

import type { TalkMessages } from './nl.talk'

export const talk = {
  message: {
    more: (who: string, time: string) => `More about the message of ${who}, ${time}`, title: 'This message', react: 'React', unreact: 'Take my reaction away', reactedBy: (emoji: string, names: string) => `${emoji} from ${names}`,
    emoji: { thumb: 'Thumb up', heart: 'Heart', laugh: 'Laughing', wow: 'Surprised', sad: 'Sad', thanks: 'Thank you' },
    reply: 'Answer', replying: (who: string) => `You answer ${who}`, edit: 'Correct', editing: 'You correct your message', stop: 'Do not do it', copy: 'Copy the text', takeBack: 'Take it back for everybody', takeBackSure: 'Do you want to take this message away for everybody? The copy on the server goes too. Who read it already may remember it or have taken a photo of it: that stays.',
    edited: 'corrected', gone: 'This message is gone.', newer: 'This is a newer kind of message. This app cannot show it yet. Load the app again.', until: (when: string) => `disappears ${when}`, server: 'What does the server see?',
  },
  attach: {
    open: 'Add something', title: 'What do you want to send?', photo: 'Choose a photo', file: 'Choose a file', limit: 'A photo or file may be 32 MB at most.', cleaned: 'A photo is made smaller. Where and when it was taken is taken off.', caption: 'Words with it', ready: (name: string, size: string) => `${name}, ${size}`, sending: 'The file is being locked and sent…', original: 'You send the file as it is. A photo may tell where and when it was taken.',
    save: 'Keep', show: 'Show the photo large', fetching: 'Being fetched…', away: 'This file cannot be fetched now.', photoOf: (who: string) => `Photo from ${who}`, something: 'An attachment',
  },
  fading: { title: 'Let it disappear', lead: 'What you send after this disappears after this time for everybody and from the server. Who takes a photo of the screen keeps it.', never: 'It stays', 3600: 'After 1 hour', 86400: 'After 1 day', 604800: 'After 1 week', on: { 3600: 'Your message disappears after 1 hour.', 86400: 'Your message disappears after 1 day.', 604800: 'Your message disappears after 1 week.' } },
  voice: {
    title: 'Voice message', start: 'Record', stop: 'Done', recording: (time: string) => `You are being recorded: ${time}`, listen: 'Listen to your message', send: 'Send', anew: 'Record again', most: 'At most 5 minutes.', length: (time: string) => `Voice message of ${time}`,
    refused: 'This page may not use the microphone. Click the lock beside the address and allow the microphone.', missing: 'No microphone was found.', busy: 'The microphone does not work. Perhaps another program uses it.', cannot: 'This browser cannot record.',
  },
  place: {
    title: 'Where I am', lead: 'You send once where you are now. Nobody follows you after that. After a day the message disappears.', find: 'Find where I am', finding: 'We look where you are…', found: (near: string) => `Found, to about ${near}.`, label: 'Name of this place (may stay empty)', send: 'Send my place', open: 'Open in my maps', at: (where: string, near: string) => `${where}, to about ${near}`,
    refused: 'This page may not know where you are. Click the lock beside the address and allow the location.', missing: 'This device does not know now where it is. Try again outside or later.', slow: 'It took too long. Try again.', cannot: 'This browser cannot tell where you are.',
  },
  server: {
    title: 'What the server sees', lead: 'This is exactly what our server has of this message. There is no more.', not: 'The server does not see: what you say, whether it is an answer, a photo or a reaction, and what a file is called.', waiting: 'The server does not have this message yet.',
    number: (n: string) => `It is line ${n} of this conversation.`, at: (when: string) => `The server got it on ${when}.`, who: (account: string) => `From this account: ${account}.`, device: (device: string) => `From this device: ${device}.`, epoch: (n: string) => `It is behind lock number ${n} of this conversation. The lock changes when somebody joins or leaves.`, kind: { message: 'It is a message, and not a change of who takes part.', other: 'It is a change of who takes part.' }, ident: 'The fingerprint of the bytes, to recognise them:', expires: (when: string) => `The server erases it on ${when}.`, body: (bytes: string) => `The message itself, locked: ${bytes} bytes.`, bodyGone: 'The bytes of the message itself are erased.', archive: (bytes: string) => `The copy for your other devices, locked: ${bytes} bytes.`, archiveId: (id: string) => `The number of the copy: ${id}.`, signature: 'The signature below the copy:', noArchive: 'There is no copy for other devices.', delivered: (names: string) => `Arrived on a device of: ${names}.`, nobody: 'It has arrived nowhere yet.',
  },
  several: { title: 'Message to several people', lead: 'Each gets it apart, in a conversation of their own. Nobody sees whom else you sent it to.', open: 'To several people, apart', who: 'To whom?', text: 'Your message', send: 'Send to each apart', sent: (n: number) => (n === 1 ? 'Sent to one person.' : `Sent to ${n} people.`), noText: 'First write a message.' },
  full: 'This device is full. New messages stay only while the app is open. Make some room.',
  history: { legend: 'What may this person read?', today: 'Only what is said from now on', start: 'Also what was said before' },
} satisfies TalkMessages
