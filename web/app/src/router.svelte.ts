/**
 * Which screen an address shows. The History API and nothing else.
 *
 * Before one is in: `/` sign in, `/sign-up/user`, `/sign-up/contact`, `/join#CODE` an invitation,
 * `/device` be let in by a device I have, `/back` come back by sheet or relatives.
 *
 * Inside: `/` conversations, `/talk/<id>`, `/new`, `/new/several` one message to each apart,
 * `/photos`, `/photos/new`, `/photos/<album>`, over it `/photos/<album>/<item>` or `/play`, beside it `/manage`,
 * `/family`, `/family/<family>/<account>` one person, `/make`, `/join#CODE`, `/me`, `/ways` the ways back,
 * `/link#CODE` let a device of mine in, `/requests` who asks to come back, `/closing` close my account,
 * `/my-privacy` what I agree to and ask, `/data` what is kept of me, `/help`, `/help/<question>` what I asked and the answers,
 * `/letters` what the platform told me, `/letters/<letter>`, `/plan` what my families paid for, `/plan#code=CODE` with a code.
 */

export const router = $state({ path: location.pathname, hash: location.hash })

function look(): void {
  router.path = location.pathname
  router.hash = location.hash
}

addEventListener('popstate', look)

/** Shows another screen and moves the focus to its heading; `stay`: something over the present one, or away from over it. */
export function go(path: string, replace = false, stay = false): void {
  if (replace) history.replaceState(null, '', path)
  else history.pushState(null, '', path)
  look()
  if (stay) return
  scrollTo(0, 0)
  arriving = true
  requestAnimationFrame(arrive)
}

let arriving = false

/** Gives the focus to the heading of a screen that was gone to, once that is there. */
export function arrive(): void {
  const heading = arriving && document.querySelector<HTMLElement>('h1')
  if (!heading) return
  arriving = false
  heading.focus({ preventScroll: true })
}

/** The parts of the present path. */
export const parts = (): string[] => router.path.split('/').filter(Boolean)

/** Lets a link inside the app stay inside it. */
export function follow(event: MouseEvent): void {
  const link = (event.target as Element).closest('a')
  if (!link || event.metaKey || event.ctrlKey || link.origin !== location.origin || link.target || link.hasAttribute('download')) return
  if (link.pathname.startsWith('/admin')) return
  event.preventDefault()
  go(link.pathname + link.hash, false, link.dataset.stay !== undefined)
}
