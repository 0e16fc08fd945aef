/** The only Trusted Types policy of our own: workers load from our own origin and nowhere else. */

interface Policy {
  createScriptURL(url: string): string
}

const rule: Policy = {
  createScriptURL(url) {
    if (new URL(url, location.href).origin !== location.origin) throw new TypeError('foreign script')
    return url
  },
}

const types = (globalThis as { trustedTypes?: { createPolicy(name: string, rule: Policy): Policy } }).trustedTypes

export const scriptUrl: Policy = types ? types.createPolicy('prifora', rule) : rule
