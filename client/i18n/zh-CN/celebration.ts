export const celebration = {
  dealWon: '喜报 · 成交',
  payment: '喜报 · 回款到账',
  badge: '喜提新徽章',
  streak: '连续 {n} 个工作日达标',
  contestWon: '竞赛夺冠',
  contestTied: '平分秋色',
  rank: '升至第 {rank} 名',
  points: '+{n} 分',
  together: '刚刚连传 {n} 条喜报',
}
