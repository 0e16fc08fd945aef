/** The engine without a browser: for Home Station makers, tests and bridges, on Node. */

export { cookieJar, type Jar, type KeptCookies } from './cookies'
export { FileStore } from './filestore'
export { type Headless, type HeadlessOptions, startHeadless } from './start'
