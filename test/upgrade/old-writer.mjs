// A server of version 0.1.0, as far as its database goes: it has the file open, has prepared its statements, and goes on
// writing. Prints each round once it is stored, and ends when its input does.
import { randomBytes } from 'node:crypto';
import Database from 'libsql';

const [path, passwordHash] = process.argv.slice(2);
const db = new Database(path, { timeout: 10_000 });
const account = db.prepare(
  `INSERT INTO accounts (id, name, email, email_verified, password_hash, created_at)
   VALUES (?, ?, ?, ?, ?, ?)`,
);
const session = db.prepare(
  `INSERT INTO sessions (id, account_id, created_at, last_seen_at, expires_at, user_agent)
   VALUES (?, ?, ?, ?, ?, ?)`,
);
const room = db.prepare(
  `INSERT INTO rooms (id, name, host_id, host_name, capacity, created_at, expires_at)
   VALUES (?, ?, ?, ?, ?, ?, ?)`,
);
const update = db.prepare(
  `UPDATE accounts SET name = coalesce(?, name), password_hash = coalesce(?, password_hash),
     email_verified = coalesce(?, email_verified)
   WHERE id = ? RETURNING *`,
);
const found = db.prepare('SELECT * FROM rooms WHERE id = ? AND expires_at > ?');

let stopped = false;
process.stdin.on('end', () => {
  stopped = true;
});
process.stdin.resume();

const newId = () => randomBytes(8).toString('hex');
while (!stopped) {
  const [id, sessionId, roomId] = [newId(), newId(), newId()];
  const now = Date.now();
  account.run([id, 'Old', `${id}@example.com`, 0, passwordHash, now]);
  session.run([sessionId, id, now, now, now + 3_600_000, 'Old browser']);
  room.run([roomId, 'Old room', id, 'Old', 8, now, now + 3_600_000]);
  const { email_verified: verified } = update.get([null, null, 1, id]);
  if (verified !== 1 || found.get([roomId, now])?.capacity !== 8) throw new Error('cannot read');
  process.stdout.write(`${JSON.stringify({ account: id, session: sessionId, room: roomId })}\n`);
  await new Promise((resolve) => setTimeout(resolve, 5));
}
db.close();
