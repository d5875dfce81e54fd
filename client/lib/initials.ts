/** One or two letters that stand for a name: Ana Souza → AS, 欧阳娜娜 → 娜娜, 王伟 → 王伟. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/u)
  const first = words[0] ?? ''
  if (/^\p{Script=Han}+$/u.test(first)) return [...first].slice(-2).join('')
  const letters = [first, words.length > 1 ? (words.at(-1) ?? '') : '']
  return letters
    .map((word) => [...word].find((letter) => /[\p{L}\p{N}]/u.test(letter)) ?? '')
    .join('')
    .toUpperCase()
}
