import type { Ref } from 'vue'

/** The fields of a model, each to be bound with `v-model`: writing one makes a new model. */
export function fieldsOf<T extends object>(model: Ref<T>): T {
  return new Proxy({} as T, {
    get: (_, field) => Reflect.get(model.value, field),
    set(_, field, value) {
      model.value = { ...model.value, [field]: value }
      return true
    },
  })
}
