"""What can be measured about a screen: axe's rules, room to touch, nothing cut off, nothing beside the screen."""

from tests.server import ROOT

AXE = (ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
LEAST_PIXELS, STATION_LEAST_PIXELS = 44, 104

VIOLATIONS = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ['violations'] })
  return violations
    .filter((one) => ['serious', 'critical'].includes(one.impact))
    .map((one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 120)).join(' | ')}`)
}"""

SEEN = """(element) => {
  const { width, height } = element.getBoundingClientRect()
  return width > 1 && height > 1 && element.checkVisibility({ visibilityProperty: true, opacityProperty: true })
}"""

SMALL = f"""(least) => {{
  const seen = {SEEN}
  const named = (one) => `${{one.tagName.toLowerCase()}} "${{(one.innerText || one.id).slice(0, 40)}}"`
  return [...document.querySelectorAll('a[href], button, summary, select, textarea, label.choice, input:not([type=checkbox], [type=radio], [type=file])')]
    .filter(seen)
    .map((one) => [one, one.getBoundingClientRect()])
    .filter(([, {{ width, height }}]) => Math.min(width, height) < least - 0.5)
    .map(([one, {{ width, height }}]) => `${{named(one)}} is ${{Math.round(width)}} by ${{Math.round(height)}}`)
}}"""

CUT = f"""() => {{
  const seen = {SEEN}
  return [...document.querySelectorAll('button, a.button, .tile .words, h1, h2, h3, .field label, .row > .grow, .item > *, .banner, .toast, .badge')]
    .filter((one) => seen(one) && !one.matches('.line, .visually-hidden'))
    .filter((one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== 'inline' || one.scrollHeight > one.clientHeight + 4 && one.matches('button, a.button'))
    .map((one) => `cut: ${{one.innerText.slice(0, 60)}}`)
}}"""

BESIDE = """() => {
  const root = document.documentElement
  if (root.scrollWidth <= innerWidth) return []
  const wide = [...document.querySelectorAll('body *')].filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
  return [`${root.scrollWidth} pixels wide on ${innerWidth}: ${wide.slice(0, 3).map((one) => one.outerHTML.slice(0, 100))}`]
}"""

OUTSIDE = """() => {
  const seen = [...document.querySelectorAll('button, .clock, .today, .ask, .said')].map((one) => [one, one.getBoundingClientRect()])
  return seen
    .filter(([, box]) => box.top < -1 || box.left < -1 || box.bottom > innerHeight + 1 || box.right > innerWidth + 1)
    .map(([one]) => `outside the screen: ${one.innerText.slice(0, 60)}`)
}"""


def faults(page) -> list[str]:
    """Everything that is wrong with what the page shows now."""
    if not page.evaluate("() => 'axe' in globalThis"):
        page.evaluate(AXE)
    return [
        *page.evaluate(VIOLATIONS),
        *page.evaluate(SMALL, LEAST_PIXELS),
        *page.evaluate(CUT),
        *page.evaluate(BESIDE),
    ]


def station_faults(page) -> list[str]:
    """The same for a Home Station, where everything is larger and nothing may lie outside the screen."""
    return [*faults(page), *page.evaluate(SMALL, STATION_LEAST_PIXELS), *page.evaluate(OUTSIDE)]


def too_wide(page) -> list[str]:
    return [*page.evaluate(BESIDE), *page.evaluate(CUT)]
