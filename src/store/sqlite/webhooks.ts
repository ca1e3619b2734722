import type { Delivery, WebhookOutbox } from '../../domain/webhooks/ports.ts';
import type { SqliteFile } from './file.ts';

interface WebhookRow {
  id: string;
  url: string;
  room_id: string;
  place: string;
  body: string;
  created_at: number;
  attempts: number;
}

/** How long a message behind another one is not looked at, unless that one is removed, in milliseconds. */
const BEHIND_MS = 600_000;
/** How many due messages one statement looks at: no other statement runs meanwhile. */
const LOOKED_AT = 100;

/** Where a body has a user. */
const USERS = ['$.data.participant.user', '$.data.user', '$.data.caller'];

/** Webhooks that wait, in a SQLite file. */
export function sqliteWebhooks(file: SqliteFile): WebhookOutbox {
  // One statement, so that all messages are one write to the disk.
  const insert = file.statement(
    `INSERT OR IGNORE INTO webhooks (id, url, room_id, place, body, created_at, attempts, due_at)
     SELECT value->>'id', value->>'url', value->>'roomId', value->>'place', value->>'body',
       value->>'createdAt', value->>'attempts', 0 FROM json_each(?)`,
  );
  const count = file.statement<{ count: number }>(
    'SELECT count(*) AS count FROM webhooks WHERE url = ?',
  );
  // Each message behind another is looked at once, and then not again until it comes first. So a long queue costs no
  // more than a short one.
  const putBehind = file.statement(
    `UPDATE webhooks SET due_at = ?, behind = 1 WHERE (id, url) IN (
       SELECT id, url FROM (
         SELECT id, url, room_id, place FROM webhooks WHERE url = ? AND due_at <= ?
         ORDER BY due_at, place LIMIT ${LOOKED_AT}) AS one
       WHERE place > (
         SELECT min(place) FROM webhooks WHERE url = one.url AND room_id = one.room_id))`,
  );
  // Only the first message of a room and URL, so that no message overtakes one that is being sent or waits to be sent
  // again.
  const claim = file.statement<WebhookRow>(
    `UPDATE webhooks SET due_at = ?, behind = 0 WHERE (id, url) IN (
       SELECT id, url FROM (
         SELECT * FROM webhooks WHERE url = ? AND due_at <= ?
         ORDER BY due_at, place LIMIT ${LOOKED_AT}) AS one
       WHERE created_at <= ? AND place = (
         SELECT min(place) FROM webhooks WHERE url = one.url AND room_id = one.room_id)
       ORDER BY due_at, place LIMIT ?)
     RETURNING *`,
  );
  const hasten = file.statement(
    `UPDATE webhooks SET created_at = min(created_at, ?1), due_at = min(due_at, ?2)
     WHERE created_at > ?1 OR (due_at > ?2 AND behind = 0)`,
  );
  // A process may have ended between removing the first of a room and bringing the next one forward.
  const bringAllForward = file.statement(
    `UPDATE webhooks SET due_at = 0, behind = 0 WHERE (url, room_id, place, behind) IN (
       SELECT url, room_id, min(place), 1 FROM webhooks GROUP BY url, room_id)`,
  );
  const postpone = file.statement(
    'UPDATE webhooks SET attempts = attempts + 1, due_at = ? WHERE id = ? AND url = ?',
  );
  const forgetUser = file.statement(
    `UPDATE webhooks SET body = json_set(body, ?1 || '.name', '') WHERE body->>(?1 || '.id') = ?2`,
  );
  const remove = file.statement('DELETE FROM webhooks WHERE id = ? AND url = ?');
  const bringForward = file.statement(
    `UPDATE webhooks SET due_at = 0, behind = 0
     WHERE url = ?1 AND room_id = ?2 AND behind = 1 AND place = (
       SELECT min(place) FROM webhooks WHERE url = ?1 AND room_id = ?2)`,
  );

  return {
    async append(deliveries) {
      await insert.run(JSON.stringify(deliveries));
    },
    async count(url) {
      const [row] = await count.all(url);
      return row?.count ?? 0;
    },
    async claim({ url, now, until, settled, limit }) {
      // Until enough of those that come first are among the messages that the claim looks at.
      for (let behind = LOOKED_AT; behind > LOOKED_AT - limit; ) {
        behind = await putBehind.run(now + BEHIND_MS, url, now);
      }
      const rows = await claim.all(until, url, now, settled, limit);
      return rows.map(toDelivery);
    },
    async hasten({ now, until }) {
      await hasten.run(now, until);
      await bringAllForward.run();
    },
    async postpone({ id, url }, dueAt) {
      await postpone.run(dueAt, id, url);
    },
    async forgetUser(userId) {
      for (const place of USERS) await forgetUser.run(place, userId);
    },
    async remove({ id, url, roomId }) {
      await remove.run(id, url);
      await bringForward.run(url, roomId);
    },
  };
}

function toDelivery(row: WebhookRow): Delivery {
  return {
    id: row.id,
    url: row.url,
    roomId: row.room_id,
    place: row.place,
    body: row.body,
    createdAt: row.created_at,
    attempts: row.attempts,
  };
}
