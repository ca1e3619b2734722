import {
  AdmitParticipantDocument,
  EnterAsGuestDocument,
  LoginDocument,
  RemoveParticipantDocument,
} from '../../src/client/generated/graphql.ts';
import { Participant } from '../kit/participant.ts';
import { createRoom, type Person, post, register } from '../kit/people.ts';

/** What somebody can be to a room. */
export const ROLES = [
  'host',
  'member',
  'guest',
  'waiting',
  'banned',
  'outsider',
  'signedOut',
] as const;
export type Role = (typeof ROLES)[number];

/** Where one node is reached. */
export interface Node {
  readonly graphqlUrl: string;
  readonly socketUrl: string;
}

/** Everybody with an account; registered once, since that is slow. */
export class People {
  readonly nodes: readonly Node[];
  readonly host: Person;
  readonly member: Person;
  readonly waiting: Person;
  readonly banned: Person;
  readonly outsider: Person;
  /** In every room, for others to act on. */
  readonly target: Person;

  static async register(nodes: readonly Node[]): Promise<People> {
    const url = nodes[0]?.graphqlUrl ?? '';
    const people: Person[] = [];
    for (const name of ['Host', 'Member', 'Waiting', 'Banned', 'Outsider', 'Target']) {
      people.push(await register(url, name));
    }
    const [host, member, waiting, banned, outsider, target] = people;
    if (!host || !member || !waiting || !banned || !outsider || !target)
      throw new Error('Too few.');
    return new People(nodes, { host, member, waiting, banned, outsider, target });
  }

  private constructor(
    nodes: readonly Node[],
    people: Record<'host' | 'member' | 'waiting' | 'banned' | 'outsider' | 'target', Person>,
  ) {
    this.nodes = nodes;
    this.host = people.host;
    this.member = people.member;
    this.waiting = people.waiting;
    this.banned = people.banned;
    this.outsider = people.outsider;
    this.target = people.target;
  }

  /** The node for the calls of one who is counted: the next one for each. */
  node(count: number): Node {
    const node = this.nodes[count % this.nodes.length];
    if (node === undefined) throw new Error('There is no node.');
    return node;
  }
}

/** One room with somebody of every role. Who is next to another in {@link ROLES} is on another node. */
export class Scene {
  readonly people: People;
  readonly roomId: string;
  readonly guest: Person;
  readonly participants = new Map<Role | 'target', Participant>();

  static async open(people: People): Promise<Scene> {
    const { graphqlUrl } = people.node(0);
    const input = { name: 'Roles', access: 'KNOCK', allowGuests: true } as const;
    const { id } = await createRoom(graphqlUrl, people.host, input);
    const scene = new Scene(people, id, await enterAsGuest(graphqlUrl, id));
    await scene.join('host', people.host);
    await scene.letIn('target', people.target);
    await scene.letIn('member', people.member);
    await scene.letIn('guest', scene.guest);
    const banned = await scene.letIn('banned', people.banned);
    const ban = { roomId: id, participantId: banned.id, ban: true };
    const removed = await post(
      graphqlUrl,
      RemoveParticipantDocument,
      { input: ban },
      people.host.headers,
    );
    if (removed.data?.removeParticipant.__typename !== 'RemoveParticipantSuccess') {
      throw new Error(`removeParticipant answered ${JSON.stringify(removed)}`);
    }
    await banned.ended();
    await scene.join('waiting', people.waiting);
    return scene;
  }

  private constructor(people: People, roomId: string, guest: Person) {
    this.people = people;
    this.roomId = roomId;
    this.guest = guest;
  }

  participant(role: Role | 'target'): Participant {
    const participant = this.participants.get(role);
    if (participant === undefined) throw new Error(`Nobody is ${role}.`);
    return participant;
  }

  /** The knock of the one who waits. */
  get knockId(): string {
    const pending = this.participant('waiting').events[0];
    if (pending?.__typename !== 'KnockPending') throw new Error('Nobody waits.');
    return pending.knockId;
  }

  personOf(role: Role): Person | null {
    if (role === 'signedOut') return null;
    return role === 'guest' ? this.guest : this.people[role];
  }

  async join(role: Role | 'target', person: Person): Promise<Participant> {
    const participant = new Participant(this.people.node(this.participants.size).socketUrl, person);
    this.participants.set(role, participant);
    await participant.join({ roomId: this.roomId, clientKey: 'scene' });
    return participant;
  }

  async close(): Promise<void> {
    await Promise.all([...this.participants.values()].map((each) => each.dispose()));
  }

  private async letIn(role: Role | 'target', person: Person): Promise<Participant> {
    const participant = await this.join(role, person);
    const { knockId } = await participant.next('KnockPending');
    const input = { roomId: this.roomId, knockId };
    const { host } = this.people;
    await post(this.people.node(1).graphqlUrl, AdmitParticipantDocument, { input }, host.headers);
    await participant.next('RoomSnapshot');
    return participant;
  }
}

/** A new guest of a room. */
export async function enterAsGuest(url: string, roomId: string): Promise<Person> {
  const input = { roomId, name: 'Guest', delivery: 'BEARER' } as const;
  const answer = await post(url, EnterAsGuestDocument, { input });
  const result = answer.data?.enterAsGuest;
  if (result?.__typename !== 'EnterAsGuestSuccess' || typeof result.token !== 'string') {
    throw new Error(`enterAsGuest answered ${JSON.stringify(answer)}`);
  }
  const { token, account } = result;
  const headers = { authorization: `Bearer ${token}` };
  return { name: 'Guest', email: '', password: '', accountId: account.id, token, headers };
}

/** Another session of somebody with an account. */
export async function signInAgain(url: string, person: Person): Promise<Record<string, string>> {
  const { email, password } = person;
  const input = { email, password, delivery: 'BEARER' } as const;
  const answer = await post(url, LoginDocument, { input });
  const result = answer.data?.login;
  if (result?.__typename !== 'LoginSuccess') throw new Error(JSON.stringify(answer));
  return { authorization: `Bearer ${result.token}` };
}
