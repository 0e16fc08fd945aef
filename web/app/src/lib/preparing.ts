/** Starts the worker that prepares photos, films and sounds. */

import { Preparing } from '@prifora/media/preparing'
import workerUrl from '../media.worker.ts?worker&url'
import { scriptUrl } from '../trusted'

/** One for a page that lets people choose files; `close` it when they leave. */
export const startPreparing = (): Preparing => new Preparing(new Worker(scriptUrl.createScriptURL(workerUrl), { type: 'module' }))
