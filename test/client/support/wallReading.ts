import type { Page } from 'playwright-core'

/** Numbers that must be seen whole: an ellipsis inside a number would be a lie. */
const figures = '.value, .score, .figure, .behind:not(.words), .gain, .left, .ahead, .scored'

/** What cannot be read from five metres: text below 2 % of the screen's shorter side, rows below 3.5 %, numbers that are cut. */
export function unreadable(page: Page): Promise<string[]> {
  return page.evaluate((figures) => {
    const shorter = Math.min(innerWidth, innerHeight)
    const found: string[] = []
    for (const element of document.querySelectorAll<HTMLElement>('.wall *')) {
      const words = [...element.childNodes].filter(
        (node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim(),
      )
      const box = element.getBoundingClientRect()
      if (words.length === 0 || box.width < 2 || element.closest('.sr-only, .avatar')) continue
      const size = Number.parseFloat(getComputedStyle(element).fontSize) * (box.width / element.offsetWidth)
      const least = element.matches('.row .name') ? 0.035 : 0.02
      const name = `${element.className} “${element.textContent?.trim().slice(0, 30)}”`
      if (size < least * shorter - 0.1) found.push(`${name} is ${((100 * size) / shorter).toFixed(2)} % high`)
      const range = document.createRange()
      range.selectNodeContents(element)
      if (element.matches(figures) && range.getBoundingClientRect().width > box.width + 1.5)
        found.push(`${name} is cut`)
    }
    return found
  }, figures)
}

/** Whether rows lie over words of the header. */
export function headerCovered(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const top = document.querySelector('.rows')?.getBoundingClientRect().top ?? innerHeight
    return [...document.querySelectorAll('header p')].some((words) => words.getBoundingClientRect().bottom > top + 1)
  })
}
