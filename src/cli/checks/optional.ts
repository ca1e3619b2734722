import type { Config } from '../../config/config.ts';
import { type Check, optional, warning } from './finding.ts';

/** One check for each part that is not configured and need not be. TURN and mail have checks of their own. */
export function checkOptional(config: Config): Check[] {
  return [
    ...missing('push', config.push, [
      'no push messages are sent: a call rings only on pages that are open',
      'Set PUSH_SUBJECT, or PUBLIC_URL with https://; see docs/push.md',
    ]),
    ...ofMetrics(config),
    ...missing('traces', config.tracing, [
      'no traces are sent',
      'Set OTEL_EXPORTER_OTLP_ENDPOINT to your collector',
    ]),
    ...missing('webhooks', config.webhooks, [
      'no other server is told what happens in rooms and calls',
      'Set WEBHOOK_URLS and WEBHOOK_SECRET; see docs/webhooks.md',
    ]),
    ...missing('admin API', config.adminToken, [
      'nobody can use the admin API',
      'Set ADMIN_TOKEN; see docs/admin.md',
    ]),
    ...missing('own users', config.trustedIssuers[0] ?? config.apiKeys[0] ?? null, [
      'people make accounts here: no login of your own is accepted',
      'Set TRUSTED_ISSUERS or API_KEYS; see docs/your-own-users',
    ]),
    ...missing('several nodes', config.redis.urls[0] ?? null, [
      'this server runs alone: calls end when it does, and its machine is the limit',
      'Set REDIS_URL, MONGO_URI and JWT_SECRET on each node; see docs/deploying.md',
    ]),
  ];
}

type Words = readonly [text: string, mend: string];

function missing(name: string, configured: unknown, [text, mend]: Words): Check[] {
  if (configured !== null) return [];
  return [{ name, look: async () => [optional(text, mend)] }];
}

function ofMetrics({ metrics, production }: Config): Check[] {
  if (metrics === null) {
    return missing('metrics', null, ['/metrics is off', 'Set METRICS=on and METRICS_TOKEN']);
  }
  if (metrics.token !== null) return [];
  if (!production) {
    return missing('metrics', null, [
      'only programs on this machine can read /metrics',
      'Set METRICS_TOKEN to let Prometheus read it from another',
    ]);
  }
  const text = '/metrics is closed: nobody is warned when something is wrong';
  const mend = 'Set METRICS_TOKEN, or METRICS=off; see docs/deploying.md';
  return [{ name: 'metrics', look: async () => [warning(text, mend)] }];
}
