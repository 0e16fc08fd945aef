/** The family web app. */

import { mount } from 'svelte'
import './app.css'
import { app, browserLanguage } from './app.svelte'
import App from './App.svelte'
import { start } from './start'

// the words first: on a slow line the engine, six times as long, would hold up the first screen
await app.speak(browserLanguage())
app.attach(start('app', browserLanguage()))
const target = document.getElementById('app')
if (target) mount(App, { target })
