import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'vue/compiler-sfc'
import { en } from '../../client/i18n/en.ts'
import { zhCN } from '../../client/i18n/zh-CN.ts'
import { visibleWords } from './visibleWords.ts'

const root = join(import.meta.dirname, '../../client')
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.(vue|ts)$/.test(path) && !path.startsWith('i18n/'))
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))

interface Words {
  readonly [key: string]: string | Words
}

function flat(words: Words, before = ''): Map<string, string> {
  return new Map(
    Object.entries(words).flatMap(([key, value]) =>
      typeof value === 'string' ? [[`${before}${key}`, value] as const] : [...flat(value, `${before}${key}.`)],
    ),
  )
}

const english = flat(en)
const chinese = flat(zhCN)
const blanks = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort()

test('every sentence exists in English and in Chinese, with the same blanks', () => {
  expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort())
  for (const [key, text] of english) expect(blanks(chinese.get(key) ?? ''), key).toEqual(blanks(text))
})

test('no sentence is kept that no screen says', () => {
  const code = files.map((file) => file.text).join('\n')
  const named = new Set([...code.matchAll(/['"`]([a-z]\w*(?:\.[\w-]+)+)['"`]/gi)].map((match) => match[1]))
  const prefixes = [...code.matchAll(/`([a-z]\w*(?:\.[\w-]+)*\.)\$\{/gi)].map((match) => match[1] ?? '')
  const unused = [...english.keys()].filter(
    (key) => !named.has(key) && !prefixes.some((prefix) => key.startsWith(prefix)),
  )
  expect(unused).toEqual([])
})

test('no screen says words that only one language has', () => {
  const said = files
    .filter((file) => file.path.endsWith('.vue'))
    .flatMap((file) => {
      const ast = parse(file.text).descriptor.template?.ast
      return ast ? visibleWords(ast).map((words) => `${file.path}: ${words}`) : []
    })
  expect(said).toEqual([])
})

test('the check for words in templates sees text, labels and quoted words in bindings', () => {
  const template = `<template><p title="Hello">Bye {{ busy ? 'Wait' : t('ui.close') }}</p><a :aria-label="'Go on'" /></template>`
  const ast = parse(template).descriptor.template?.ast
  expect(ast && visibleWords(ast)).toEqual(['Hello', 'Bye', 'Wait', 'Go on'])
})
