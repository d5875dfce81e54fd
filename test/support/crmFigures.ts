/** The first five people of the real export by what they won, in whole units. */
export const crmPeople = [
  ['Darcel Schlecht', 1_153_214],
  ['Vicki Laflamme', 478_396],
  ['Kary Hendrixson', 454_298],
  ['Cassey Cress', 450_489],
  ['Donn Cantrell', 445_860],
]

/** What the teams of the managers won there. */
export const crmTeams = [
  ['Melvin Marxen', 2_251_930],
  ['Summer Sewald', 1_964_750],
  ['Rocco Neubert', 1_960_545],
  ['Celia Rouche', 1_603_897],
  ['Cara Losch', 1_130_049],
  ['Dustin Brinkmann', 1_094_363],
]
