/** Photos, films and sound: made ready to be sealed. For a worker; a page uses `@prifora/media/preparing`. */

export { FILE_MAX_BYTES, PHOTO_MAX_BYTES, PIXELS_MAX } from './cleaning'
export { type MediaCode, MediaError } from './errors'
export { FORMATS, type Kind, SHOWN_MIMES } from './kinds'
export { safeName, uniqueNames } from './names'
export { type How, prepare, type Prepared } from './prepare'
export { serve } from './serving'
