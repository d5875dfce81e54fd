import tailwind from '@tailwindcss/vite'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

/** Where `npm run dev` finds the server. */
const server = `http://127.0.0.1:${process.env.PORT ?? 4600}`

export default defineConfig({
  root: 'client',
  plugins: [vue(), tailwind()],
  define: { __VUE_OPTIONS_API__: 'false', __VUE_PROD_DEVTOOLS__: 'false', __INTLIFY_PROD_DEVTOOLS__: 'false' },
  build: {
    outDir: '../dist',
    emptyOutDir: true,
    target: 'es2023',
    modulePreload: { polyfill: false },
    // Inlined assets would be data: addresses, which the content security policy refuses.
    assetsInlineLimit: 0,
  },
  server: { proxy: { '/api': server, '/socket.io': { target: server, ws: true } } },
})
