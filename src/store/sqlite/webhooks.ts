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

/** Webhooks that wait, in a SQLite file. */
export function sqliteWebhooks(file: SqliteFile): WebhookOutbox {
  const insert = file.statement(
    `INSERT OR IGNORE INTO webhooks (id, url, room_id, place, body, created_at, attempts, due_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, 0)`,
  );
  // The first of its room and URL alone: so nothing overtakes what is being sent, or waits to be sent again.
  const claim = file.statement<WebhookRow>(
    `UPDATE webhooks SET due_at = ? WHERE (id, url) IN (
       SELECT id, url FROM webhooks AS one
       WHERE due_at <= ? AND place = (
         SELECT min(place) FROM webhooks WHERE url = one.url AND room_id = one.room_id)
       ORDER BY due_at, place LIMIT ?)
     RETURNING *`,
  );
  const postpone = file.statement(
    'UPDATE webhooks SET attempts = attempts + 1, due_at = ? WHERE id = ? AND url = ?',
  );
  const remove = file.statement('DELETE FROM webhooks WHERE id = ? AND url = ?');

  return {
    async append(deliveries) {
      for (const { id, url, roomId, place, body, createdAt, attempts } of deliveries) {
        await insert.run(id, url, roomId, place, body, createdAt, attempts);
      }
    },
    async claim(now, until, limit) {
      const rows = await claim.all(until, now, limit);
      return rows.map(toDelivery);
    },
    async postpone({ id, url }, dueAt) {
      await postpone.run(dueAt, id, url);
    },
    async remove({ id, url }) {
      await remove.run(id, url);
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
