/** The engine's worker: every key lives here and nowhere else. */

import type { Start } from '@prifora/core'
import { run } from '@prifora/core/engine'

addEventListener('message', ({ data }: MessageEvent<Start>) => run(data), { once: true })
