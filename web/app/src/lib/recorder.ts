/** Recording a voice on this device. Nothing is kept anywhere but in this page. */

const KINDS = ['audio/webm;codecs=opus', 'audio/mp4', 'audio/ogg;codecs=opus']
const REFUSALS: Record<string, 'refused' | 'missing' | 'busy' | 'cannot'> = {
  NotAllowedError: 'refused',
  SecurityError: 'refused',
  NotFoundError: 'missing',
  NotReadableError: 'busy',
  AbortError: 'busy',
}

/** Why the microphone or the camera cannot be used. */
export const whyNot = (wrong: unknown): 'refused' | 'missing' | 'busy' | 'cannot' => REFUSALS[(wrong as Error).name] ?? 'cannot'

export class Recorder {
  private recorder: MediaRecorder | undefined
  private readonly pieces: Blob[] = []
  private startedAt = 0
  private stoppedAt = 0

  /** Seconds recorded so far. */
  get seconds(): number {
    return this.startedAt === 0 ? 0 : ((this.stoppedAt || performance.now()) - this.startedAt) / 1000
  }

  /** Asks for the microphone and begins. Throws what the browser throws; see `whyNot`. */
  async start(): Promise<void> {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true })
    try {
      const mimeType = KINDS.find((one) => MediaRecorder.isTypeSupported(one))
      this.recorder = new MediaRecorder(stream, mimeType ? { mimeType } : {})
    } catch (wrong) {
      for (const track of stream.getTracks()) track.stop()
      throw wrong
    }
    this.recorder.ondataavailable = ({ data }) => void this.pieces.push(data)
    this.recorder.start()
    this.startedAt = performance.now()
  }

  /** Ends it and gives the sound. */
  async stop(): Promise<Blob | undefined> {
    const { recorder } = this
    if (!recorder) return undefined
    this.stoppedAt = performance.now()
    const ended = new Promise((resolve) => recorder.addEventListener('stop', resolve, { once: true }))
    if (recorder.state !== 'inactive') {
      recorder.stop()
      await ended
    }
    this.release()
    return new Blob(this.pieces, { type: recorder.mimeType })
  }

  /** Ends it and keeps nothing. */
  cancel(): void {
    if (this.recorder?.state === 'recording') this.recorder.stop()
    this.release()
  }

  private release(): void {
    for (const track of this.recorder?.stream.getTracks() ?? []) track.stop()
  }
}
