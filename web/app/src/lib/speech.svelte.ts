/** Reading aloud with the voices of this browser; never by itself, only when somebody asks for it. */

import type { Language } from '@prifora/core'

const REGIONS: Record<Language, string> = { nl: 'nl-NL', fr: 'fr-FR', en: 'en-GB' }
/** A little slower than people speak. */
const RATE = 0.9

class Speech {
  private voices = $state.raw<SpeechSynthesisVoice[]>([])
  speaking = $state(false)

  constructor() {
    if (!('speechSynthesis' in window)) return
    this.look()
    speechSynthesis.addEventListener('voiceschanged', () => this.look())
  }

  /** Whether there is a voice for a language; browsers find theirs a moment after the page is there. */
  can(language: Language): boolean {
    return this.voices.some((voice) => voice.lang.toLowerCase().startsWith(language))
  }

  say(text: string, language: Language): void {
    const said = new SpeechSynthesisUtterance(text)
    said.lang = REGIONS[language]
    said.rate = RATE
    said.onend = said.onerror = () => (this.speaking = false)
    speechSynthesis.cancel()
    this.speaking = true
    speechSynthesis.speak(said)
  }

  stop(): void {
    if (this.speaking) speechSynthesis.cancel()
    this.speaking = false
  }

  private look(): void {
    this.voices = speechSynthesis.getVoices()
  }
}

export const speech = new Speech()
