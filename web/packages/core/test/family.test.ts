import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PASSWORD, signedUp, Someone, stopAll } from './people'
import { type Server, startServer } from './server'

let server: Server

beforeAll(async () => {
  server = await startServer()
})

afterAll(async () => {
  stopAll()
  await server.stop()
})

describe('a family on a real server', () => {
  test('signs up, pairs a Home Station, invites, talks, adds a device, removes somebody', async () => {
    const jan = await signedUp(server, 'Jan', 'contact')
    const familyId = await jan.engine.createFamily('Familie de Vries', {
      first_name: 'Riet',
      last_name: 'de Vries',
      username: 'oma.riet',
      phone: '+31612345999',
      phone_via_relative: true,
      email: 'jan@devries.example',
      email_via_relative: true,
      language: 'nl',
    })
    const talk = await jan.until('the family talk', (now) => now.conversations.find((one) => one.everyone && one.isOpen))
    expect(talk.title).toBe('Familie de Vries')

    const station = new Someone(server, { station: true })
    void station.engine.start()
    const code = await station.until('a code', (now) => now.pairingCode)
    await expect(jan.engine.findStation('BBBB-BBBB')).rejects.toMatchObject({ code: 'pairing_unknown' })
    expect((await jan.engine.findStation(code)).model).toBe('Test station')
    await jan.engine.pairStation(familyId, code, 'Woonkamer')
    await station.until('ready', (now) => now.status === 'ready')
    await station.until('keys', (now) => now.conversations.find((one) => one.everyone && one.isOpen && one.title === 'Familie de Vries'))

    const { code: invitation, link } = await jan.engine.invite(familyId, 'Sofie', 'start')
    expect(link).toContain(`/join#${invitation}`)
    const sofie = await signedUp(server, 'Sofie', 'contact')
    expect(await sofie.engine.lookAtInvitation(invitation)).toMatchObject({ familyName: 'Familie de Vries', inviter: 'Jan' })
    await sofie.engine.acceptInvitation(invitation)
    await expect(sofie.engine.acceptInvitation(invitation)).rejects.toMatchObject({ code: 'invitation_unknown' })
    await sofie.until('keys', (now) => now.conversations.find((one) => one.everyone && one.isOpen))
    await jan.until('Sofie proved her keys', (now) =>
      now.families[0]?.people.find((one) => one.firstName === 'Sofie' && one.trust === 'invitation'),
    )

    await jan.engine.send(talk.id, 'Dag allemaal')
    await station.hears(talk.id, 'Dag allemaal')
    await sofie.hears(talk.id, 'Dag allemaal')
    await station.engine.send(talk.id, 'Dag jongen')
    await sofie.engine.send(talk.id, 'Bonjour oma')
    for (const one of [jan, station, sofie]) {
      await one.hears(talk.id, 'Dag jongen')
      await one.hears(talk.id, 'Bonjour oma')
    }
    await station.engine.markSeen(talk.id)
    await jan.eventually('it was seen', async () => (await jan.engine.messages(talk.id)).some((one) => one.text === 'Dag allemaal' && one.state === 'seen'))

    const laptop = new Someone(server)
    await laptop.engine.start()
    await laptop.engine.signIn('jan', PASSWORD)
    await laptop.until('joined', (now) => now.conversations.find((one) => one.id === talk.id && one.isOpen && one.title))
    await laptop.hears(talk.id, 'Bonjour oma')
    await laptop.engine.send(talk.id, 'Nu op de laptop')
    for (const one of [jan, station, sofie]) await one.hears(talk.id, 'Nu op de laptop')

    const direct = await jan.engine.startDirect(familyId, sofie.engine.snapshot().profile?.id ?? '')
    await sofie.until('the direct talk', (now) => now.conversations.find((one) => one.id === direct && one.isOpen))
    await sofie.engine.send(direct, 'Alleen voor jou')
    await jan.hears(direct, 'Alleen voor jou')

    jan.engine.network(false)
    await jan.engine.send(talk.id, 'Onderweg geschreven')
    expect((await jan.engine.messages(talk.id)).at(-1)?.state).toBe('waiting')
    jan.engine.network(true)
    await station.hears(talk.id, 'Onderweg geschreven')

    await jan.engine.removePerson(familyId, sofie.engine.snapshot().profile?.id ?? '')
    await sofie.until('Sofie is out', (now) => now.conversations.length === 0)
    await jan.engine.send(talk.id, 'Zonder Sofie')
    await station.hears(talk.id, 'Zonder Sofie')
    await sofie.until('out of the family', (now) => now.families.length === 0)

    const stations = await jan.until('the station', (now) => now.stations[0])
    expect(stations).toMatchObject({ name: 'Woonkamer', mac: '··:··:··:··:ee:0f', online: true })
    await jan.engine.unpairStation(familyId, stations.id)
    await station.until('a new code', (now) => now.status === 'pairing' && now.pairingCode !== code && now.pairingCode)
  })
})
