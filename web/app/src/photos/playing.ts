/** How long a picture stays when nobody chose. */
export const SECONDS = 8
