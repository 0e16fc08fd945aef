import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vite'

export default defineConfig({
  plugins: [svelte()],
  build: {
    target: 'es2023',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    sourcemap: false,
    rollupOptions: {
      input: ['index.html', 'station.html'],
      output: {
        codeSplitting: {
          groups: [
            // what both pages and nearly every screen use: one file instead of twenty, each of which is asked for
            { name: 'base', test: /node_modules\/svelte|app\/src\/(ui|lib|router|app\.svelte|trusted|start)/, minShareCount: 3 },
          ],
        },
      },
    },
  },
  worker: { format: 'es' },
})
