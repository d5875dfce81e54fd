export const problem = {
  offline: '连不上服务器，请检查网络后重试。',
  timeout: '服务器响应太慢，请稍后再试。',
  answer: '服务器返回了本页看不懂的内容，请刷新页面。',
  field: '这一项还不对。',
  unexpected: '页面出了点问题，请刷新后重试。',
  missing: '页面不存在',
  missingTitle: '这个地址没有页面',
  missingAbout: '链接可能已过期，或地址有误。',
  toStart: '回到首页',
}
