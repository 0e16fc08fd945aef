/** Reading QR codes with the browser's own detector. */

interface Detector {
  detect(from: HTMLVideoElement): Promise<{ rawValue: string }[]>
}
type Detectors = { BarcodeDetector?: new (options: { formats: string[] }) => Detector }

const BETWEEN_MS = 250

export const canScan = (): boolean => 'BarcodeDetector' in globalThis && 'mediaDevices' in navigator

/** The first code that comes into view; undefined when it was stopped. */
export async function read(video: HTMLVideoElement, signal: AbortSignal): Promise<string | undefined> {
  const { BarcodeDetector } = globalThis as Detectors
  if (!BarcodeDetector) return undefined
  const detector = new BarcodeDetector({ formats: ['qr_code'] })
  while (!signal.aborted) {
    const [code] = await detector.detect(video).catch(() => [])
    if (code) return code.rawValue
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS))
  }
  return undefined
}

/** The code in what was scanned or pasted: what comes after the # of our own address, or all of it. */
export const codeIn = (text: string): string => text.slice(text.indexOf('#') + 1).trim()
