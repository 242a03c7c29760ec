// Ask the npm package iam-simulate: node simulate.mjs DIRECTORY reads a list of simulations from standard input and
// prints the list of results. DIRECTORY holds node_modules.
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

const { runSimulation } = createRequire(resolve(process.argv[2], 'any.js'))('@cloud-copilot/iam-simulate')

const results = []
for (const simulation of JSON.parse(readFileSync(0, 'utf8'))) {
  const { errors, overallResult } = await runSimulation(simulation, {})
  results.push(errors ? JSON.stringify(errors) : overallResult)
}
console.log(JSON.stringify(results))
