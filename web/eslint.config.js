import js from '@eslint/js'
import svelte from 'eslint-plugin-svelte'
import ts from 'typescript-eslint'

/** Who may import whom: app -> core -> (crypto | api), media (pictures, films, sound) for app and core, takeout for app. Crypto and media
 * see nobody; crypto touches no network, storage or page. The service worker opens sealed parts, so it alone sees crypto. */
const only = (...allowed) => ({
  'no-restricted-imports': [
    'error',
    {
      patterns: [
        { regex: `^@prifora/(?!(${allowed.join('|') || '-'})(/|$))`, message: 'Layers: app, then core, then crypto or api.' },
        { regex: '^\\.\\./\\.\\./', message: 'No reaching into another package.' },
      ],
    },
  ],
})
const outside = ['fetch', 'WebSocket', 'XMLHttpRequest', 'BroadcastChannel', 'localStorage', 'sessionStorage', 'indexedDB', 'caches', 'document', 'window', 'navigator']

export default ts.config(
  { ignores: ['dist', '**/schema.ts', 'node_modules'] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  {
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'] } },
    rules: {
      'no-undef': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-invalid-void-type': 'off',
      'svelte/no-navigation-without-resolve': 'off',
      'no-console': 'error',
      'no-eval': 'error',
    },
  },
  { files: ['packages/crypto/src/**/*.ts'], rules: { ...only(), 'no-restricted-globals': ['error', ...outside] } },
  { files: ['packages/api/src/**/*.ts'], rules: only() },
  { files: ['packages/core/src/**/*.ts'], rules: only('crypto', 'api', 'media') },
  { files: ['packages/media/src/**/*.ts'], rules: only() },
  { files: ['packages/takeout/src/**/*.ts'], rules: only('core', 'media') },
  { files: ['app/src/**/*.{ts,svelte}'], rules: only('core', 'media', 'takeout') },
  { files: ['app/src/sw/**/*.ts'], rules: only('crypto', 'media') },
  { files: ['app/src/i18n/fr*.ts'], rules: { 'no-irregular-whitespace': ['error', { skipTemplates: true }] } },
)
