import type { MessageKey } from '../i18n/keys.ts'

/** Why a row could not be taken, by code; the downloaded file has the server's sentences. */
export const reasonKeys: Readonly<Record<string, MessageKey>> = {
  'id.missing': 'imports.why.idMissing',
  'row.too_long': 'imports.why.rowTooLong',
  'date.missing': 'imports.why.dateMissing',
  'date.unreadable': 'imports.why.dateUnreadable',
  'date.impossible': 'imports.why.dateImpossible',
  'date.out-of-range': 'imports.why.dateOutOfRange',
  'value.unreadable': 'imports.why.valueUnreadable',
  'value.too-precise': 'imports.why.valueTooPrecise',
  'value.too-large': 'imports.why.valueTooLarge',
  'quantity.unreadable': 'imports.why.quantityUnreadable',
  'activity.in_future': 'imports.why.inFuture',
  'person.name': 'imports.why.personName',
  'person.id': 'imports.why.personId',
  'person.email': 'imports.why.personEmail',
  'person.twice': 'imports.why.personTwice',
}
