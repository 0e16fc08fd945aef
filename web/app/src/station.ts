/** The Home Station: the same engine, one large calm face. */

import { mount } from 'svelte'
import './app.css'
import './station/station.css'
import { app, browserLanguage } from './app.svelte'
import { start } from './start'
import Station from './station/Station.svelte'

app.attach(start('station', browserLanguage()))
await app.speak(browserLanguage())
const target = document.getElementById('app')
if (target) mount(Station, { target })
