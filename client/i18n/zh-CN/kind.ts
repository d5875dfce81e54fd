export const kind = {
  call_made: '电话拜访',
  visit_made: '上门拜访',
  followup_done: '客户跟进',
  meeting_held: '客户会议',
  proposal_sent: '提交方案',
  quote_sent: '发出报价',
  lead_created: '新增线索',
  deal_won: '赢单',
  deal_lost: '丢单',
  payment_collected: '回款',
  training_done: '完成培训',
  review_received: '客户评价',
}
