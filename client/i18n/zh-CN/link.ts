export const link = {
  connecting: '连接中',
  live: '实时',
  stale: '{time} 起数据停更',
  offline: '{time} 起离线',
}
