export const nav = {
  main: '主导航',
  more: '更多',
  manage: '管理',
  screens: '大屏',
  skip: '跳到正文',
}
