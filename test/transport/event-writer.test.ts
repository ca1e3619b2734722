import {
  type DocumentNode,
  execute,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  validate,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { AccountEventsDocument, RoomEventsDocument } from '../../src/client/generated/graphql.ts';
import type { Call } from '../../src/domain/call/call.ts';
import type { AccountEntry } from '../../src/domain/person/entry.ts';
import type { RoomEvent } from '../../src/domain/signaling/event.ts';
import { EventWriter } from '../../src/execution/event-writer.ts';
import { schema } from '../../src/graphql/schema.ts';
import { missed, ringingCall } from '../kit/calls.ts';
import { seededRandom } from '../kit/random.ts';
import { RandomDocuments } from '../kit/random-documents.ts';
import { sampleEvents, scriptedServices } from '../kit/scripted-services.ts';

const SEED = Number(process.env.DIFFERENTIAL_SEED ?? 20_261_123);
const COUNT = Number(process.env.DIFFERENTIAL_COUNT ?? 250) * 4;

/** What is awkward in JSON: what must be escaped, what is not ASCII, half a surrogate pair, and nothing. */
const AWKWARD = [
  '',
  '"',
  '\\',
  '\r\n\t\u0000\u001f',
  '\u007f',
  'é',
  '\u2028',
  '😀',
  '\ud800',
  '</script>',
];

function operationOf(document: DocumentNode): OperationDefinitionNode {
  const found = document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  if (found?.kind !== Kind.OPERATION_DEFINITION) throw new Error('No operation');
  return found;
}

function writerOf(document: DocumentNode, of: GraphQLSchema = schema): EventWriter {
  return new EventWriter(of, document, operationOf(document));
}

/** The text as the reference makes it; null where it found errors. */
async function reference(
  document: DocumentNode,
  event: RoomEvent | AccountEntry,
  variableValues: object,
) {
  const contextValue = {
    services: scriptedServices(1),
    caller: {
      accountId: 'a1',
      name: 'Ann',
      sessionId: 's1',
      expiresAt: new Date(8.64e15),
      guestOf: null,
      grant: null,
      address: '192.0.2.1',
    },
    exchange: null,
    address: '127.0.0.1',
    userAgent: null,
  };
  const result = await execute({
    schema,
    document,
    rootValue: event,
    contextValue,
    variableValues: { ...variableValues },
  });
  return result.errors === undefined ? JSON.stringify(result) : null;
}

const follow = (selection: string) =>
  parse(`subscription Follow($yes: Boolean = true) { roomEvents(roomId: "r") { ${selection} } }`);

const candidates = sampleEvents.find(({ type }) => type === 'IceCandidatesReceived');
const offer = sampleEvents.find(({ type }) => type === 'OfferReceived');
const refused = sampleEvents.find(({ type }) => type === 'JoinRefused');
if (candidates === undefined || offer === undefined || refused === undefined) {
  throw new Error('The samples lack an event');
}

describe('events written as text', () => {
  it('are the text that executing and serialising gives, for the SDK’s own document', async () => {
    const document = parse(print(RoomEventsDocument));
    const writer = writerOf(document);
    const written: string[] = [];
    for (const event of sampleEvents) {
      const text = writer.write(event.type, event);
      if (text === null) continue;
      written.push(event.type);
      expect(text).toBe(await reference(document, event, { roomId: 'r' }));
    }
    // The signals, at least, need no execution.
    expect(written).toEqual(
      expect.arrayContaining(['OfferReceived', 'AnswerReceived', 'IceCandidatesReceived']),
    );
  });

  it('are that text also for what an account is told of its calls', async () => {
    const document = parse(print(AccountEventsDocument));
    const writer = writerOf(document);
    const rung = ringingCall(['caller', 'callee'], Date.now());
    const place = { cursor: 'c', position: 1, at: Date.now(), to: null, except: null } as const;
    const shown = (call: Call) => ({ ...call, shownAt: rung.createdAt + 1000 });
    const told: AccountEntry[] = [
      { type: 'CallRinging', call: shown(rung), ...place },
      { type: 'CallRinging', call: shown(rung), waiting: true, ...place },
      { type: 'CallUpdated', call: shown({ ...rung, state: 'ACTIVE', answeredAt: 1 }), ...place },
      { type: 'CallEnded', call: shown(missed(rung)), reason: 'MISSED', ...place },
      { type: 'PresenceChanged', user: rung.caller, presence: 'IN_CALL', ...place },
    ];
    for (const event of told) {
      const text = writer.write(event.type, event);
      expect(text, event.type).not.toBeNull();
      expect(text).toBe(await reference(document, event, {}));
    }
  });

  it.each(AWKWARD)('hold %j', async (text) => {
    const document = follow(
      '... on OfferReceived { sdp } ... on IceCandidatesReceived { candidates { candidate sdpMid } }',
    );
    for (const event of [
      { ...offer, sdp: text },
      {
        ...candidates,
        candidates: [{ candidate: text, sdpMid: text }, { candidate: `a${text}z` }],
      },
    ]) {
      const written = writerOf(document).write(event.type, event);
      expect(written).toBe(await reference(document, event, {}));
    }
  });

  it('follow aliases, fragments, and fields that are asked for twice', async () => {
    const document = parse(`
      subscription { events: roomEvents(roomId: "r") { kind: __typename ...Cursor ...Cursor ...Candidates
        ... on IceCandidatesReceived { candidates { line: sdpMLineIndex } sender: from } ... { at } } }
      fragment Cursor on RoomEvent { cursor place: cursor }
      fragment Candidates on IceCandidatesReceived { candidates { candidate line: sdpMLineIndex } }`);
    expect(validate(schema, document)).toEqual([]);
    const written = writerOf(document).write(candidates.type, candidates);
    expect(written).toBe(await reference(document, candidates, {}));
    expect(written).toContain('"line":0');
  });

  it.each([
    ['a directive of a field', follow('cursor @include(if: $yes)'), offer],
    ['a directive of a fragment', follow('... on OfferReceived @skip(if: $yes) { sdp }'), offer],
    ['a resolver', follow('... on JoinRefused { error { __typename } }'), refused],
    [
      'a second root field',
      parse('subscription { a: roomEvents(roomId: "r") { at } b: me }'),
      offer,
    ],
  ])('are left to an execution where there is %s', (_what, document, event) => {
    expect(writerOf(document).write(event.type, event)).toBe(null);
  });

  it.each([
    ['a text that is none', { ...offer, sdp: 7 }],
    ['nothing where something must be', { ...offer, sdp: null }],
    ['a list that is none', { ...candidates, candidates: 'candidate' }],
    ['a hole in a list', { ...candidates, candidates: [null] }],
    [
      'a number that is no Int',
      { ...candidates, candidates: [{ candidate: '', sdpMLineIndex: 2 ** 31 }] },
    ],
  ])('are left to an execution where the event has %s', (_what, event) => {
    const writer = writerOf(
      follow(
        '... on OfferReceived { sdp } ... on IceCandidatesReceived { candidates { candidate sdpMLineIndex } }',
      ),
    );
    expect(writer.write(event.type, event)).toBe(null);
  });

  it(`are right for random selections (seed ${SEED})`, async () => {
    const random = new RandomDocuments(schema, seededRandom(SEED));
    let written = 0;
    for (let index = 0; index < COUNT; index += 1) {
      const { text, variables } = random.next('subscription');
      const document = parse(text);
      const event = sampleEvents[index % sampleEvents.length];
      if (event === undefined || validate(schema, document).length > 0) continue;
      const found = writerOf(document).write(event.type, event);
      if (found === null) continue;
      written += 1;
      const expected = await reference(document, event, variables ?? {});
      // Where the variables are refused nothing is followed, and so nothing is written.
      if (expected !== null) expect(found, `${index}: ${text}`).toBe(expected);
    }
    expect(written).toBeGreaterThan(COUNT / 10);
  }, 60_000);
});
