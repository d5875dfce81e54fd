import { type ElementNode, NodeTypes, type RootNode, type TemplateChildNode } from '@vue/compiler-core'

/** Attributes that people read or hear. */
const read = new Set(['title', 'alt', 'placeholder', 'aria-label', 'aria-description', 'label', 'about', 'hint'])
/** Our own name is the same in every language. */
const everywhere = /Pitboard/g

/** Words in a template that are not in the language files: text, read attributes, and quoted words in expressions. */
export function visibleWords(node: RootNode | TemplateChildNode): string[] {
  switch (node.type) {
    case NodeTypes.TEXT:
      return words(node.content)
    case NodeTypes.INTERPOLATION:
      return 'content' in node.content ? quoted(String(node.content.content)) : []
    case NodeTypes.ELEMENT:
      return [...node.props.flatMap(ofProp), ...node.children.flatMap(visibleWords)]
    case NodeTypes.ROOT:
      return node.children.flatMap(visibleWords)
    default:
      return []
  }
}

function ofProp(prop: ElementNode['props'][number]): string[] {
  if (prop.type === NodeTypes.ATTRIBUTE) return read.has(prop.name) ? words(prop.value?.content ?? '') : []
  const name = prop.arg && 'content' in prop.arg ? String(prop.arg.content) : ''
  if (prop.name !== 'bind' || !read.has(name) || !prop.exp || !('content' in prop.exp)) return []
  return quoted(String(prop.exp.content))
}

function words(text: string): string[] {
  return /\p{L}/u.test(text.replaceAll(everywhere, '')) ? [text.trim()] : []
}

/** Quoted strings of an expression that look like words: not keys (`ui.close`), not single identifiers in lower case. */
function quoted(expression: string): string[] {
  return [...expression.matchAll(/'([^']*)'/g)]
    .map((match) => match[1] ?? '')
    .filter((text) => !/^[a-z][\w.-]*$/.test(text) && words(text).length > 0)
}
