/** What comes out of a photo whose metadata was cut away, without a pixel changed. */

import type { Exif } from './exif'
import type { Bytes } from './reading'

export interface Cleaned extends Exif {
  /** The photo without any metadata but its colour profile. */
  bare: Bytes[]
  /** The same with which way is up; `bare` where it is upright. */
  kept: Bytes[]
  /** As stored, before it is turned upright. */
  width: number
  height: number
}
