/** A team of the demo floor and its people; the first of them leads it. */
export interface DemoTeam {
  name: string
  region: string
  color: number
  people: string[]
}

/** A floor with what real ones have: long and short names, two scripts, teams of different size. */
export const demoTeams: readonly DemoTeam[] = [
  {
    name: 'Falcons',
    region: 'North',
    color: 1,
    people: ['Maya Lindqvist', 'Tom Okafor', 'Ines Carvalho', 'Jonas Weber', '陈思远', 'Priya Raman', 'Leo Marchetti'],
  },
  {
    name: 'Comets',
    region: 'North',
    color: 2,
    people: ['Amara Nwosu', 'Felix Braun', 'Sofia Petrova', 'Daniel Kim', '王雨桐', 'Noor Haddad'],
  },
  {
    name: 'Harbour',
    region: 'South',
    color: 3,
    people: [
      'Lucas Ferreira',
      'Hannah Fischer',
      'Mateo Vargas-Castellanos de la Torre',
      'Aiko Tanaka',
      '李明',
      'Grace Mwangi',
      'Oscar Nyström',
    ],
  },
  {
    name: 'Summit',
    region: 'South',
    color: 4,
    people: ['Chloe Dubois', 'Ravi Shankaranarayanan', 'Elena Popescu', 'Sam Whitaker', '赵晓梅', 'Ben Adeyemi'],
  },
]

/** Accounts that the floor sells to. */
export const demoAccounts = [
  'Acme',
  'Blue Finch',
  'Cascade Foods',
  'Delta Freight',
  'Evergreen',
  'Fjord Energy',
  'Globex',
  'Hanseatic',
  '华信科技',
  'Initech',
  'Juniper',
  'Kestrel',
  'Lumen',
  '明德集团',
  'Northwind',
  'Orbit',
  'Pinnacle',
  'Quarry',
  'Ridgeway',
  'Solaris',
] as const

export const demoSegments = ['enterprise', 'mid-market', 'small'] as const
