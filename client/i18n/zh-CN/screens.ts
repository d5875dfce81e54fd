export const screens = {
  title: '大屏',
  about: '在电视上打开即可，数据自动更新，无需操作。',
  channel: '全部排行榜与进行中的竞赛',
  channelAbout: '每 20 秒切换一次；有竞赛进行时，隔一屏就播一次。',
  boards: '排行榜',
  contests: '竞赛',
  open: '打开',
  openNamed: '在本屏打开“{name}”',
  noBoards: '还没有排行榜',
  noBoardsAbout: '排行榜按一个指标给成员或团队排名，由经理创建。',
}
