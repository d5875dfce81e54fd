import { registerHooks } from 'node:module'

/** Preloaded into programs outside of the repository: they get the driver that is installed here. */
registerHooks({
  resolve: (specifier, context, next) =>
    next(specifier, specifier === 'mongodb' ? { ...context, parentURL: import.meta.url } : context),
})
