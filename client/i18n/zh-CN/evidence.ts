export const evidence = {
  automatic: '系统自动',
  'manager-verified': '经理已核实',
  'self-reported': '自报',
  quarantined: '待核查',
}
