import { defineStore } from 'pinia'
import { ref, shallowRef, watch } from 'vue'
import type { ImportOptions, ImportPreview } from '#shared/contract/import.ts'
import { api } from '../lib/api.ts'
import { useSession } from '../session/session.store.ts'

const uploadMs = 120_000
export type ImportChoices = Omit<ImportOptions, 'sourceId'>

/** The files that are being imported and what was chosen for them. Kept from a dry run to the import that follows it. */
export const useImport = defineStore('import', () => {
  const sourceId = ref<string | null>(null)
  const file = shallowRef<File | null>(null)
  const people = shallowRef<File | null>(null)
  const preview = shallowRef<ImportPreview | null>(null)
  const tried = shallowRef<{ id: string; choices: ImportChoices } | null>(null)

  /** Other files were neither looked at nor tried. */
  watch([file, people], () => {
    preview.value = null
    tried.value = null
  })
  watch(sourceId, () => {
    tried.value = null
  })
  function forget() {
    file.value = null
    people.value = null
  }
  watch(
    () => useSession().user?.id,
    () => {
      forget()
      sourceId.value = null
    },
    { flush: 'sync' },
  )
  function form(): FormData {
    const body = new FormData()
    if (file.value) body.append('file', file.value)
    if (people.value) body.append('people', people.value)
    return body
  }
  return {
    sourceId,
    file,
    people,
    preview,
    /** The dry run that these files had, if any. */
    tried,
    /** Looks at the files. */
    async read() {
      const body = form()
      body.append('sourceId', sourceId.value ?? '')
      preview.value = await api.post<ImportPreview>('/imports/preview', body, { timeoutMs: uploadMs })
    },
    /** Begins an import, or a dry run, and answers its id. */
    async start(choices: ImportChoices): Promise<string> {
      const body = form()
      body.append('options', JSON.stringify({ ...choices, sourceId: sourceId.value }))
      const { id } = await api.post<{ id: string }>('/imports', body, { timeoutMs: uploadMs })
      if (!choices.dryRun) forget()
      else {
        tried.value = { id, choices }
        const { mapping, people: peopleMapping } = choices
        if (preview.value)
          preview.value = { ...preview.value, mapping, peopleMapping: peopleMapping ?? preview.value.peopleMapping }
      }
      return id
    },
  }
})
