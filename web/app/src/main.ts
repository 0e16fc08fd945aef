/** The family web app. */

import { mount } from 'svelte'
import './app.css'
import { app, browserLanguage } from './app.svelte'
import App from './App.svelte'
import { start } from './start'

app.attach(start('app', browserLanguage()))
await app.speak(browserLanguage())
const target = document.getElementById('app')
if (target) mount(App, { target })
