/** The Home Station: the same engine, one large calm face. */

import { mount } from 'svelte'
import './app.css'
import './station/station.css'
import { app, browserLanguage } from './app.svelte'
import { start } from './start'
import Station from './station/Station.svelte'

// the words first: on a slow line the engine, six times as long, would hold up the first screen
await app.speak(browserLanguage())
app.attach(start('station', browserLanguage()))
const target = document.getElementById('app')
if (target) mount(Station, { target })
