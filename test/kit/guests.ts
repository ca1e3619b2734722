import { mutate } from './mutate.ts';
import type { Person } from './people.ts';

/** Signs in a guest, who can join one room. */
export async function enterAsGuest(url: string, roomId: string, name: string): Promise<Person> {
  const input = { roomId, name, delivery: 'BEARER' };
  const { account, token } = await mutate(url, 'enterAsGuest', input, 'account { id email } token');
  const { id, email } = account as { id: string; email: string };
  const headers = { authorization: `Bearer ${token}` };
  return { name, email, password: '', accountId: id, token: String(token), headers };
}
