export const format = {
  comma: '、',
  seconds: '{n} 秒',
  minutes: '{n} 分钟',
  hours: '{n} 小时',
  days: '{n} 天',
  ago: '{length}前',
  justNow: '刚刚',
}
