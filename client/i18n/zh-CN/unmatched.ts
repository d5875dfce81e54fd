export const unmatched = {
  title: '待匹配',
  about: '这些活动的负责人无法识别。指定成员后，已有和后续的活动都会计入。',
  empty: '所有活动都有归属',
  emptyAbout: '数据源出现未知人员时，活动会留在这里，不会丢失。',
  count: '{n} 笔活动',
  between: '{from} – {to}',
  assign: '这是谁？',
  done: '{n} 笔活动已计入 {name}',
  more: '显示最多的 {shown} 条，共 {total} 条。',
}
