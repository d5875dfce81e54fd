import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import './base.css'
import { i18n } from './i18n/i18n.ts'
import { onSignedOut } from './lib/api.ts'
import { createRealtime, realtimeKey } from './lib/realtime.ts'
import { createAppRouter } from './router.ts'
import { useSession } from './session/session.store.ts'

const app = createApp(App)
app.use(createPinia())
app.use(i18n)

const session = useSession()
const router = createAppRouter(session)
app.use(router)
app.provide(realtimeKey, createRealtime())

onSignedOut(() => {
  session.forget()
  const at = router.currentRoute.value
  // A wall keeps its last good frame and says how old it is; it never shows a sign-in page by itself.
  if (at.meta.open || at.meta.wall) return
  void router.push({ name: 'sign-in', query: { next: at.fullPath } })
})

app.mount('#app')
