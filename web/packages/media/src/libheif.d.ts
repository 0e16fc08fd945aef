/** The part of libheif-js that is used. */

declare module 'libheif-js/libheif-wasm/libheif-bundle.mjs' {
  export interface HeifImage {
    get_width(): number
    get_height(): number
    is_primary(): boolean
    /** Draws RGBA into `target`; gives null when it cannot. */
    display(target: ImageData, done: (drawn: ImageData | null) => void): void
    free(): void
  }

  export interface LibHeif {
    HeifDecoder: new () => { decode(bytes: Uint8Array): HeifImage[] }
  }

  export default function start(): LibHeif | Promise<LibHeif>
}
