export const ui = {
  close: '关闭',
  retry: '重试',
  loading: '加载中',
  dismiss: '知道了',
  notifications: '通知',
}
