/** Makes every file of vectors anew and prints their counts. Run by hand, see schema/vectors/README.md. */

import { makeAlbums } from './make.albums'
import { makeCodes, makeIdentities, makeRelatives, makeSheets, makeVault } from './make.keys'
import { makeAdmissions, makeArchive, makeChains, makeEnvelopes, makeFiles, makeRings, makeSafety } from './make.talk'

const keys = [makeVault, makeIdentities, makeSheets, makeCodes, makeRelatives]
const talk = [makeAdmissions, makeRings, makeChains, makeArchive, makeEnvelopes, makeFiles, makeSafety, makeAlbums]
for (const make of [...keys, ...talk]) process.stdout.write(`${await make()}\n`)
