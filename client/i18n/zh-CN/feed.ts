export const feed = {
  title: '动态',
  about: '团队正在发生的事。',
  empty: '还没有动态',
  emptyAbout: '活动、徽章和竞赛会第一时间出现在这里。',
  older: '更早的动态',
  end: '没有更多了。',
  badge: '获得徽章“{badge}”',
  streak: '连续 {days} 天：{streak}',
  contest: {
    live: '{contest} 开赛',
    closing: '{contest} 结束，正在统计迟到数据',
    final: '{contest}：{winner} 获胜',
    tie: '{contest} 以平局收场',
    restated: '{contest}：赛后有补充数据',
  },
  show: '筛选',
  shows: {
    all: '全部',
    money: '成交与回款',
    honours: '荣誉与竞赛',
  },
  today: '今天',
}
