/** Which kinds of file are shown or played in the page. Anything else is only kept, never opened here. */

const PICTURES = ['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif']
const SOUNDS = ['audio/webm', 'audio/ogg', 'audio/mp4', 'audio/mpeg', 'audio/aac', 'audio/wav']
const UNKNOWN = 'application/octet-stream'

const bare = (mime: string): string => mime.split(';')[0]?.trim().toLowerCase() ?? ''

export const isPicture = (mime: string): boolean => PICTURES.includes(bare(mime))

/** The kind a page may give to these bytes: bytes that nothing runs, unless it is a picture or a sound. */
export const harmless = (mime: string): string => (isPicture(mime) || SOUNDS.includes(bare(mime)) ? mime : UNKNOWN)
