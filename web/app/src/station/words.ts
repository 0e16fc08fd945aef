/** What a Home Station shows and reads aloud of a message. */

import type { Language, Message } from '@prifora/core'
import type { Messages } from '../i18n/load'
import { distance, position } from '../lib/amounts'
import { isPicture } from '../lib/kinds'

export function inWords(message: Message, t: Messages, language: Language): string {
  const { file, place, text } = message
  if (message.kind === 'newer') return t.kioskKeys.newer
  if (message.kind === 'voice') return t.kioskKeys.voice
  if (place) return place.label || t.place.at(position(place.lat, place.lon), distance(place.accuracy, language))
  if (file) return text || (isPicture(file.mime) ? t.attach.photoOf(message.author) : t.kioskKeys.file(file.name))
  return text
}
