import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  plugins: [svelte()],
  test: {
    include: ['packages/*/test/**/*.test.ts', 'app/test/**/*.test.ts'],
    environment: 'node',
    globalSetup: 'packages/core/test/template.ts',
    maxWorkers: 2,
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
})
