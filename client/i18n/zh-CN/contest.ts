export const contest = {
  phase: {
    scheduled: '即将开赛',
    live: '进行中',
    closing: '统计中',
    final: '最终结果',
    cancelled: '已取消',
  },
}
