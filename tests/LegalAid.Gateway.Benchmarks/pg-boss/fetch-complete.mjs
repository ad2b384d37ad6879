// What pg-boss does with jobs that do nothing: fetched in batches and completed, by some workers at a time.
//
//   npm ci --ignore-scripts && node fetch-complete.mjs postgres://USER@127.0.0.1:PORT/DATABASE [JOBS] [BATCH] [WORKERS] [RUNS]
//
// Prints the jobs a second of each run after one that warms up, and their median. The database should hold nothing else.
import PgBoss from 'pg-boss';

const [url, jobs = '20000', batch = '64', workers = '4', runs = '5'] = process.argv.slice(2);
if (!url) {
  console.error('usage: node fetch-complete.mjs postgres://… [JOBS] [BATCH] [WORKERS] [RUNS]');
  process.exit(2);
}

const queue = 'noop';
const insertedAtOnce = 1000;
// The size of a pushed message, so that both sides move as many bytes.
const data = { text: 'x'.repeat(2500) };

const boss = new PgBoss({ connectionString: url, max: Number(workers) + 2, supervise: false, schedule: false });
await boss.start();
await boss.createQueue(queue);
const rates = [];
for (let run = 0; run <= Number(runs); run++) {
  for (let made = 0; made < Number(jobs); made += insertedAtOnce) {
    const count = Math.min(insertedAtOnce, Number(jobs) - made);
    await boss.insert(Array.from({ length: count }, () => ({ name: queue, data })));
  }

  const started = performance.now();
  const done = await Promise.all(Array.from({ length: Number(workers) }, drain));
  const rate = done.reduce((sum, one) => sum + one, 0) / ((performance.now() - started) / 1000);
  if (run > 0) {
    rates.push(rate);
    console.log(`run ${run}: ${rate.toFixed(0)} jobs/s`);
  }
}

rates.sort((one, other) => one - other);
console.log(`pg-boss fetch ${batch} + complete, ${workers} workers: median ${rates[Math.floor(rates.length / 2)].toFixed(0)} jobs/s`);
await boss.stop({ graceful: false });

/** One worker: until nothing is left. */
async function drain() {
  let count = 0;
  for (;;) {
    const fetched = await boss.fetch(queue, { batchSize: Number(batch) });
    if (fetched.length === 0) {
      return count;
    }

    await boss.complete(queue, fetched.map((job) => job.id));
    count += fetched.length;
  }
}
