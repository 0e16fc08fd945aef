/** Whether a family may do something now, by its plan; while that is not known, it may. */

import { app } from '../app.svelte'

export const isReadOnly = (familyId: string | undefined): boolean => app.now.plans[familyId ?? '']?.phase === 'read_only'

export const mayUpload = (familyId: string | undefined): boolean => !['grace', 'read_only'].includes(app.now.plans[familyId ?? '']?.phase ?? 'active')
