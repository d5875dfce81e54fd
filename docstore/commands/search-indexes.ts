import type { Command } from '../command.ts'
import { fields } from '../command.ts'
import { CommandError } from '../errors.ts'

/** What MongoDB says of search indexes where there is no search engine beside it. */
export const NO_SEARCH_INDEXES =
  'Using Atlas Search Database Commands and the $listSearchIndexes aggregation stage requires additional configuration. Please connect to Atlas or an AtlasCLI local deployment to enable.'

const refused = (...own: string[]): Command => ({
  fields: fields(...own),
  run: ({ args }) => {
    args.collection()
    throw new CommandError(31082, NO_SEARCH_INDEXES)
  },
})

/** Commands on search indexes, which docstore has as little as a MongoDB without Atlas. */
export const SEARCH_INDEX_COMMANDS: Readonly<Record<string, Command>> = {
  createSearchIndexes: refused('indexes'),
  updateSearchIndex: refused('id', 'name', 'definition'),
  dropSearchIndex: refused('id', 'name'),
}
