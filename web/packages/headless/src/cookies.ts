/** A fetch and a socket that keep cookies, as a browser profile does. */

export interface Jar {
  fetch: typeof fetch
  openSocket: (url: string) => WebSocket
  /** Forgets every cookie. */
  empty(): void
}

/** Where cookies outlive the process. */
export interface KeptCookies {
  read(): [string, string][]
  write(cookies: [string, string][]): void
}

const nowhere: KeptCookies = { read: () => [], write: () => undefined }

/** One jar for one server. Requests carry `origin`, as a page of the server would. */
export function cookieJar(origin: string, kept: KeptCookies = nowhere): Jar {
  const jar = new Map(kept.read())
  const cookie = (): string => [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
  const take = (line: string): void => {
    const [pair = ''] = line.split(';')
    const at = pair.indexOf('=')
    if (/max-age=0/i.test(line) || pair.endsWith('=""')) jar.delete(pair.slice(0, at))
    else jar.set(pair.slice(0, at), pair.slice(at + 1))
  }
  return {
    async fetch(input, init) {
      const request = new Request(input, init)
      const headers = new Headers(request.headers)
      headers.set('Cookie', cookie())
      headers.set('Origin', origin)
      const answer = await fetch(new Request(request, { headers }))
      const lines = answer.headers.getSetCookie()
      for (const line of lines) take(line)
      if (lines.length > 0) kept.write([...jar])
      return answer
    },
    openSocket(url) {
      const Opener = WebSocket as unknown as new (url: string, options: object) => WebSocket
      return new Opener(url, { headers: { Cookie: cookie(), Origin: origin } })
    },
    empty() {
      jar.clear()
      kept.write([])
    },
  }
}
