/** The worker that makes photos, films and sounds ready to be sealed, so that the page stays quick. It has no keys. */

import { serve } from '@prifora/media'

serve()
