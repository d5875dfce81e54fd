export const person = {
  track: {
    hunter: '开拓型',
    farmer: '深耕型',
    telesales: '电销',
    'regional-manager': '区域经理',
  },
  tier: {
    newcomer: '新人',
    mid: '中级',
    senior: '资深',
  },
}
