import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/** Where `npm run dev:web` finds a running Darkroom. */
const API = process.env['DARKROOM_URL'] ?? 'http://127.0.0.1:8000';
const FROM_DARKROOM = ['/api', '/docs', '/docs-json', '/health', '/metrics'];

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  // JSX is compiled by Vite itself; without the plugin for React a change reloads the page, which keeps nothing that would be lost.
  oxc: { jsx: { runtime: 'automatic' } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // Not assets/: that is where a console shows its users' pictures.
    assetsDir: 'static',
    // The policy of the page allows files of its own and no data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
    // That "use client" says nothing here is no news.
    rolldownOptions: { checks: { moduleLevelDirective: false } },
  },
  server: {
    port: 5173,
    strictPort: true,
    proxy: Object.fromEntries(FROM_DARKROOM.map((path) => [path, { target: API, changeOrigin: true }])),
  },
});
