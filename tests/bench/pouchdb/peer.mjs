// Measures PouchDB with the same records: `node peer.mjs RECORDS RUNS EDITS` prints the medians as one line of JSON, in milliseconds.
// RECORDS holds one JSON object in each line; the server is express-pouchdb in a process of its own, both keep LevelDB.
import { fork } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'

const require = createRequire(import.meta.url)
const PouchDB = require('pouchdb')
// Ten times what it takes by default: fewer round trips are better for it.
const BATCH = 1000
const NAME = 'customers'

function folder() {
  return mkdtempSync(join(tmpdir(), 'pouchdb-'))
}

function serve() {
  const place = folder()
  const express = require('express')
  const Stored = PouchDB.defaults({ prefix: `${place}/` })
  const options = { mode: 'minimumForPouchDB', inMemoryConfig: true, logPath: join(place, 'log.txt') }
  const server = express().use('/', require('express-pouchdb')(Stored, options)).listen(0, '127.0.0.1')
  server.on('listening', () => process.send(server.address().port))
  process.on('disconnect', () => {
    rmSync(place, { recursive: true, force: true })
    process.exit(0)
  })
}

function median(times) {
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)]
}

async function timed(deed) {
  const began = performance.now()
  await deed()
  return performance.now() - began
}

async function pull(remote, count) {
  const local = new PouchDB(join(folder(), NAME))
  const took = await timed(() => local.replicate.from(remote, { batch_size: BATCH }))
  const held = (await local.info()).doc_count
  if (held !== count) throw new Error(`${held} of ${count} records came`)
  return { local, took }
}

async function edit(local, count, run) {
  const { rows } = await local.allDocs({ include_docs: true, limit: count, skip: run * count })
  await local.bulkDocs(rows.map(({ doc }) => ({ ...doc, notes: `第${run}次回访` })))
}

async function measure(file, runs, edits) {
  const server = fork(new URL(import.meta.url), ['serve'])
  const port = await new Promise((done) => server.once('message', done))
  const remote = new PouchDB(`http://127.0.0.1:${port}/${NAME}`)
  const records = readFileSync(file, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line))
  for (let at = 0; at < records.length; at += BATCH) await remote.bulkDocs(records.slice(at, at + BATCH))

  const [pulls, pushes, empties] = [[], [], []]
  let last
  for (let run = 0; run < runs; run++) {
    await last?.destroy()
    const { local, took } = await pull(remote, records.length)
    pulls.push(took)
    last = local
  }
  for (let run = 0; run < runs; run++) empties.push(await timed(() => last.sync(remote, { batch_size: BATCH })))
  for (let run = 0; run < runs; run++) {
    await edit(last, edits, run)
    pushes.push(await timed(() => last.replicate.to(remote, { batch_size: BATCH })))
  }
  await last.destroy()
  server.disconnect()
  process.stdout.write(`${JSON.stringify({ pull: median(pulls), push: median(pushes), empty: median(empties) })}\n`)
}

const [first, ...rest] = process.argv.slice(2)
if (first === 'serve') serve()
else await measure(first, Number(rest[0]), Number(rest[1]))
