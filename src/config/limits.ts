/** One limit of the server. */
export interface Limit<Name extends string = string> {
  readonly name: Name;
  /** The environment variable that sets it. */
  readonly variable: string;
  /** The default, and the bounds of what may be set, in the variable's unit. */
  readonly fallback: number;
  readonly min: number;
  readonly max: number;
  readonly meaning: string;
  /** The factor from the variable's unit to the configuration's unit: 1,000 if seconds become milliseconds. */
  readonly scale: number;
}

function scaled(scale: number) {
  return <const Name extends string>(
    name: Name,
    variable: string,
    fallback: number,
    min: number,
    max: number,
    meaning: string,
  ): Limit<Name> => ({ name, variable, fallback, min, max, meaning, scale });
}

const MEGABYTE = 1024 * 1024;
const limit = scaled(1);
/** Set in seconds, used in milliseconds. */
const seconds = scaled(1000);
/** Set in hours, used in milliseconds. */
const hours = scaled(3_600_000);
/** Set in days, used in milliseconds. */
const days = scaled(86_400_000);

/**
 * Every limit of the server: its name, its variable, its default, the smallest and the largest value, and what it
 * limits.
 */
// biome-ignore format: a table has one row for each limit
export const limitTable = [
  limit('messageBytes', 'MAX_MESSAGE_BYTES', 65_536, 1024, 64 * MEGABYTE, 'bytes of one WebSocket message or HTTP body'),
  limit('messageFragments', 'MAX_MESSAGE_FRAGMENTS', 64, 1, 16_384, 'fragments of one WebSocket message'),
  limit('sdpBytes', 'MAX_SDP_BYTES', 32_768, 256, 16 * MEGABYTE, 'bytes of an SDP'),
  limit('candidateBytes', 'MAX_CANDIDATE_BYTES', 1024, 64, MEGABYTE, 'bytes of an ICE candidate'),
  limit('candidates', 'MAX_CANDIDATES', 64, 1, 10_000, 'ICE candidates in one call'),
  limit('signalsPerSecond', 'SIGNALS_PER_SECOND', 100, 1, 10_000_000, 'signals of one participant per second, in the long run'),
  limit('signalBurst', 'SIGNAL_BURST', 300, 1, 10_000_000, 'signals of one participant at once'),
  limit('chatBytes', 'MAX_CHAT_BYTES', 4096, 1, MEGABYTE, 'bytes of the text of one chat message'),
  limit('chatPerSecond', 'CHAT_PER_SECOND', 5, 1, 1_000_000, 'chat messages of one user per second, in the long run'),
  limit('chatBurst', 'CHAT_BURST', 20, 1, 1_000_000, 'chat messages of one user at once'),
  limit('chatHistory', 'CHAT_HISTORY', 50, 1, 10_000, 'chat messages to all that a room keeps for those who join later'),
  limit('lobbyKnocks', 'LOBBY_KNOCKS', 50, 1, 10_000, 'users who wait at one room to be let in'),
  limit('knocksPerUser', 'KNOCKS_PER_USER', 6, 1, 1_000_000, 'knocks of one user at one room: at once, and per minute in the long run'),
  limit('knocksPerAddress', 'KNOCKS_PER_ADDRESS', 20, 1, 1_000_000, 'knocks from one address at one room: at once, and per minute in the long run; also users of one address who wait at one room'),
  seconds('deniedMs', 'DENIED_SECONDS', 10, 1, 600, 'seconds that a user must wait after a denied knock before the next one; twice as long after each further denial, 10 minutes at most'),
  limit('roomBans', 'ROOM_BANS', 1000, 1, 100_000, 'users that the owner of one room may ban; also users that its other hosts may ban until everybody has left'),
  limit('socketsPerUser', 'SOCKETS_PER_USER', 8, 1, 1_000_000, 'WebSockets of one user, at all nodes together'),
  limit('socketsPerAddress', 'SOCKETS_PER_ADDRESS', 200, 1, 1_000_000, 'WebSockets of one address, at all nodes together'),
  limit('subscriptionsPerSocket', 'SUBSCRIPTIONS_PER_SOCKET', 16, 1, 100_000, 'subscriptions on one WebSocket'),
  limit('messagesPerSecond', 'MESSAGES_PER_SECOND', 500, 1, 10_000_000, 'messages of any kind on one WebSocket per second; past it the socket closes with 4429'),
  limit('messagesPerSecondPerAddress', 'MESSAGES_PER_SECOND_PER_ADDRESS', 10_000, 1, 100_000_000, 'messages of any kind on all WebSockets of one address to one server per second; past it those sockets close with 4429 that send more than their equal share'),
  limit('socketBufferBytes', 'SOCKET_BUFFER_BYTES', 524_288, 65_536, 1024 * MEGABYTE, 'bytes that wait in one WebSocket before its events wait in the mailbox'),
  limit('mailboxEvents', 'MAILBOX_EVENTS', 512, 1, 1_000_000, 'events that wait for one slow reader before its socket closes with 1013'),
  seconds('connectionInitMs', 'CONNECTION_INIT_SECONDS', 3, 1, 600, 'seconds within which a WebSocket must send its connection_init'),
  seconds('heartbeatMs', 'HEARTBEAT_SECONDS', 4, 1, 3600, 'seconds between pings; a client that misses two is disconnected at the third'),
  limit('connections', 'CONNECTIONS', 20_000, 10, 10_000_000, 'connections of one server, including WebSockets'),
  limit('connectionsPerAddress', 'CONNECTIONS_PER_ADDRESS', 512, 1, 10_000_000, 'connections of one address to one server, including WebSockets; those of trusted proxies are not counted'),
  limit('requestsPerAddress', 'REQUESTS_PER_ADDRESS', 128, 1, 10_000_000, 'HTTP requests of one address that are handled at once'),
  limit('requestsPerSecondPerAddress', 'REQUESTS_PER_SECOND_PER_ADDRESS', 500, 1, 10_000_000, 'HTTP requests and new connections, or WebSockets through a trusted proxy, of one address to one server per second; past it requests and WebSockets get 429, and new connections are ended at once'),
  seconds('requestHeaderMs', 'REQUEST_HEADER_SECONDS', 10, 1, 600, 'seconds that a client may take to send the headers of a request or a handshake'),
  seconds('keepAliveMs', 'KEEP_ALIVE_SECONDS', 65, 1, 3600, 'seconds that a connection may be idle between two requests; must be longer than that of proxies in front'),
  limit('roomCapacity', 'ROOM_CAPACITY', 8, 2, 10_000, 'participants of a room whose maker gives no capacity'),
  limit('maxRoomCapacity', 'MAX_ROOM_CAPACITY', 50, 2, 10_000, 'the largest capacity that a room may have'),
  seconds('roomTtlMs', 'ROOM_TTL_SECONDS', 86_400, 60, 315_360_000, 'seconds after which an unused room ends'),
  seconds('namedRoomTtlMs', 'NAMED_ROOM_TTL_SECONDS', 2_592_000, 60, 315_360_000, 'the same for a room with a name, if that is longer than `ROOM_TTL_SECONDS`'),
  seconds('graceMs', 'GRACE_SECONDS', 30, 1, 3600, 'seconds that a stay waits for a client whose connection was lost'),
  seconds('redisLostMs', 'REDIS_LOST_SECONDS', 5, 1, 300, 'seconds without Redis after which a node closes its sockets'),
  seconds('replayMs', 'REPLAY_SECONDS', 30, 1, 3600, 'how many seconds before the loss of a connection a resume can reach back'),
  limit('replayEvents', 'REPLAY_EVENTS', 512, 1, 1_000_000, 'events of a room that can be replayed'),
  limit('replayBytes', 'REPLAY_BYTES', MEGABYTE, 1024, 1024 * MEGABYTE, 'about how many bytes of events of a room can be replayed'),
  seconds('sessionMs', 'SESSION_SECONDS', 604_800, 1, 31_536_000, 'seconds that a session lasts'),
  seconds('externalSessionMs', 'EXTERNAL_SESSION_SECONDS', 3600, 1, 86_400, 'seconds that a session lasts that was opened with a token of an outside issuer or of an API key, unless another such token extends it'),
  seconds('sessionWarningMs', 'SESSION_WARNING_SECONDS', 30, 1, 3600, 'seconds before the end of a session at which the streams of its sockets are told (SessionExpiring); half of the remaining time if that is less'),
  limit('outsideTokenLength', 'MAX_TOKEN_LENGTH', 16_384, 512, MEGABYTE, 'characters of a token of an outside issuer or of an API key'),
  seconds('issuerTimeoutMs', 'ISSUER_TIMEOUT_SECONDS', 5, 1, 60, 'seconds that an issuer may take to answer with its discovery document or its keys'),
  limit('issuerBytes', 'MAX_ISSUER_BYTES', 262_144, 1024, 16 * MEGABYTE, 'bytes of the discovery document, and of the keys, of an issuer'),
  limit('sessionsPerUser', 'SESSIONS_PER_USER', 100, 1, 100_000, 'sessions of one user; one more ends the session that would expire first'),
  limit('accountFailures', 'ACCOUNT_FAILURES', 5, 1, 1_000_000, 'failed sign-ins of one account within an hour; after that each one has to wait twice as long as the one before'),
  limit('addressFailures', 'ADDRESS_FAILURES', 20, 1, 1_000_000, 'failed sign-ins of one address within an hour; after that each one has to wait twice as long as the one before'),
  limit('registrationsPerAddress', 'REGISTRATIONS_PER_ADDRESS', 60, 1, 1_000_000, 'registrations from one address within an hour; after that each one has to wait twice as long as the one before'),
  limit('guestsPerAddress', 'GUESTS_PER_ADDRESS', 200, 1, 1_000_000, 'guests that enter from one address within an hour; after that each one has to wait twice as long as the one before'),
  limit('roomsPerUser', 'ROOMS_PER_USER', 100, 1, 1_000_000, 'rooms that one user owns at once'),
  limit('unknownRooms', 'UNKNOWN_ROOMS', 20, 1, 1_000_000, 'requests of one user within an hour for rooms that do not exist; after that each one has to wait twice as long as the one before'),
  limit('unknownRoomsPerAddress', 'UNKNOWN_ROOMS_PER_ADDRESS', 100, 1, 1_000_000, 'requests of one address within an hour for rooms that do not exist; after that each one has to wait twice as long as the one before'),
  limit('mailsPerEmail', 'MAILS_PER_EMAIL', 3, 1, 1000, 'mails to one email within an hour; after that each one has to wait twice as long as the one before'),
  limit('mailsPerAddress', 'MAILS_PER_ADDRESS', 20, 1, 1_000_000, 'mails that one address asks for within an hour; after that each one has to wait twice as long as the one before'),
  limit('mutationsPerSecond', 'MUTATIONS_PER_SECOND', 10, 1, 10_000_000, 'mutations of one account per second, in the long run; signals have their own limits'),
  limit('mutationBurst', 'MUTATION_BURST', 60, 1, 10_000_000, 'mutations of one account at once'),
  limit('toldPerSecond', 'TOLD_PER_SECOND', 3, 1, 10_000_000, 'changes of one account per second, in the long run, that others in a room are told of; a new name counts as five, a change of a room as two'),
  limit('toldBurst', 'TOLD_BURST', 30, 1, 10_000_000, 'changes of one account at once that others in a room are told of'),
  limit('queriesPerSecond', 'QUERIES_PER_SECOND', 20, 1, 10_000_000, 'fields of Query that one account reads per second, in the long run'),
  limit('queryBurst', 'QUERY_BURST', 200, 1, 10_000_000, 'fields of Query that one account reads at once'),
  limit('accountsPerAddress', 'ACCOUNTS_PER_ADDRESS', 20, 1, 1_000_000, 'all accounts at one address together may call this many times as many mutations, changes and queries as one account'),
  limit('joinsPerSecond', 'JOINS_PER_SECOND', 2, 1, 10_000_000, 'joins and resumes of one user per second, in the long run'),
  limit('joinBurst', 'JOIN_BURST', 150, 1, 10_000_000, 'joins and resumes of one user at once'),
  seconds('ringMs', 'RING_SECONDS', 30, 5, 120, 'seconds that a call rings'),
  limit('ringCallees', 'RING_CALLEES', 7, 1, 49, 'users whom one call rings; fewer if a room cannot have as many participants'),
  limit('ringsPerUser', 'RINGS_PER_USER', 20, 1, 1_000_000, 'users whom one user rings within a minute'),
  limit('ringsPerPair', 'RINGS_PER_PAIR', 6, 1, 1_000_000, 'rings of one user to one other user within a minute'),
  limit('ringsPerAddress', 'RINGS_PER_ADDRESS', 200, 1, 1_000_000, 'users who are rung from one address within a minute'),
  limit('devicesPerUser', 'DEVICES_PER_USER', 16, 1, 1000, 'devices of one user that are reachable at once (accountEvents); one more ends the one whose connection was lost first, or else the oldest'),
  limit('signalBytesPerSecond', 'SIGNAL_BYTES_PER_SECOND', 65_536, 1024, 1024 * MEGABYTE, 'bytes of signals and messages of one participant per second, in the long run'),
  limit('signalBytesBurst', 'SIGNAL_BYTES_BURST', MEGABYTE, 65_536, 4096 * MEGABYTE, 'bytes of signals and messages of one participant at once'),
  limit('userBytesPerSecond', 'USER_BYTES_PER_SECOND', 131_072, 1024, 1024 * MEGABYTE, 'bytes of signals and messages of one user in all rooms per second, in the long run'),
  limit('userBytesBurst', 'USER_BYTES_BURST', 4 * MEGABYTE, 65_536, 4096 * MEGABYTE, 'bytes of signals and messages of one user in all rooms at once'),
  limit('sentBytes', 'SENT_BYTES', 64 * MEGABYTE, MEGABYTE, 65536 * MEGABYTE, 'bytes of signals and messages from all users that the rooms of one server still keep; past it only users who have sent less than SIGNAL_BYTES_BURST may send'),
  limit('unreadBytes', 'UNREAD_BYTES', 524_288, 65_536, 1024 * MEGABYTE, 'bytes that wait for one slow reader; past it those who have sent much get RateLimitedError, at twice as many everybody does'),
  limit('mailboxBytes', 'MAILBOX_BYTES', 2 * MEGABYTE, 65_536, 1024 * MEGABYTE, 'bytes of the events that wait for one slow reader before its socket closes with 1013'),
  limit('processUnreadBytes', 'PROCESS_UNREAD_BYTES', 64 * MEGABYTE, MEGABYTE, 65536 * MEGABYTE, 'bytes that wait in all WebSockets of one server; past it those with the most are ended'),
  limit('throttleKeys', 'THROTTLE_KEYS', 10_000, 100, 10_000_000, 'accounts or addresses that each counter of attempts remembers in memory; with one more, the one that was quiet longest is forgotten'),
  seconds('webhookTimeoutMs', 'WEBHOOK_TIMEOUT_SECONDS', 10, 1, 60, 'seconds that a receiver of webhooks may take to answer'),
  seconds('webhookRetryMs', 'WEBHOOK_RETRY_SECONDS', 5, 1, 3600, 'seconds before a webhook is sent again; doubled with each failed attempt'),
  seconds('webhookRetryMaxMs', 'WEBHOOK_RETRY_MAX_SECONDS', 3600, 1, 86_400, 'seconds at most between two attempts to send a webhook'),
  hours('webhookGiveUpMs', 'WEBHOOK_GIVE_UP_HOURS', 72, 1, 720, 'hours after which a webhook that did not arrive is given up'),
  limit('webhooksPerSecond', 'WEBHOOKS_PER_SECOND', 5, 1, 1_000_000, 'starts and joins of one room, and of one user, that receivers are told of per second, in the long run; past it they are left out'),
  limit('webhookBurst', 'WEBHOOK_BURST', 200, 1, 1_000_000, 'starts and joins of one room, and of one user, that receivers are told of at once'),
  limit('webhookBacklog', 'WEBHOOK_BACKLOG', 100_000, 1, 100_000_000, 'webhooks that wait for one receiver; past it new ones to it are lost, and the log says so'),
  limit('contactsPerUser', 'CONTACTS_PER_USER', 1000, 1, 100_000, 'accepted contacts and open requests of one user'),
  limit('blocksPerUser', 'BLOCKS_PER_USER', 1000, 1, 100_000, 'users whom one user blocks'),
  limit('contactRequestsWaiting', 'CONTACT_REQUESTS_WAITING', 200, 1, 100_000, 'contact requests that wait for the answer of one user; past it others are not shown to that user'),
  limit('contactRequestsPerUser', 'CONTACT_REQUESTS_PER_USER', 30, 1, 1_000_000, 'contact requests of one user within an hour; after that each one has to wait twice as long as the one before'),
  limit('contactRequestsPerAddress', 'CONTACT_REQUESTS_PER_ADDRESS', 300, 1, 1_000_000, 'contact requests from one address within an hour; after that each one has to wait twice as long as the one before'),
  days('callHistoryMs', 'CALL_HISTORY_DAYS', 90, 1, 3650, 'days that the people of a call find it in their history'),
  limit('pushSubscriptionsPerUser', 'PUSH_SUBSCRIPTIONS_PER_USER', 20, 1, 10_000, 'browsers in which one user gets push messages; one more replaces the oldest'),
  limit('pushesAtOnce', 'PUSHES_AT_ONCE', 50, 1, 10_000, 'push messages that one server sends at once'),
  limit('pushBacklog', 'PUSH_BACKLOG', 10_000, 1, 10_000_000, 'push messages that wait at one server; past it new ones are lost, and the log says so'),
  seconds('pushTimeoutMs', 'PUSH_TIMEOUT_SECONDS', 10, 1, 60, 'seconds that a push service may take to answer'),
  seconds('pushRetryMs', 'PUSH_RETRY_SECONDS', 1, 1, 60, 'seconds before a push message that could not be sent is sent again, as long as it is of use; twice as long each further time'),
  limit('passwordMinLength', 'PASSWORD_MIN_LENGTH', 6, 1, 128, 'characters that a new password needs'),
  limit('passwordQueue', 'PASSWORD_QUEUE', 64, 1, 1_000_000, 'registrations and sign-ins that wait for a password hash'),
  limit('importedBcryptCost', 'IMPORTED_BCRYPT_COST', 14, 10, 20, 'cost of an imported bcrypt hash; each step takes twice as long'),
  limit('importedHashMib', 'IMPORTED_HASH_MIB', 256, 64, 4096, 'MiB of memory that verifying one imported hash of Argon2 or scrypt may take'),
  limit('importedHashPasses', 'IMPORTED_HASH_PASSES', 16, 4, 1000, 'passes over that memory: t of Argon2, p of scrypt'),
  limit('documentBytes', 'MAX_DOCUMENT_BYTES', 65_536, 256, MEGABYTE, 'bytes of a GraphQL document'),
  limit('documentTokens', 'MAX_DOCUMENT_TOKENS', 1000, 10, 1_000_000, 'tokens of a GraphQL document'),
  limit('documentDepth', 'MAX_DOCUMENT_DEPTH', 10, 2, 1000, 'levels of fields in a GraphQL document'),
  limit('documentAliases', 'MAX_DOCUMENT_ALIASES', 15, 0, 100_000, 'aliases in a GraphQL document'),
  limit('documentDirectives', 'MAX_DOCUMENT_DIRECTIVES', 25, 0, 100_000, 'directives in a GraphQL document'),
  limit('documentFields', 'MAX_DOCUMENT_FIELDS', 500, 10, 1_000_000, 'fields and fragments of an operation, with its fragments expanded'),
  limit('documentOverlaps', 'MAX_DOCUMENT_OVERLAPS', 1000, 0, 1_000_000, 'pairs of fields of an operation with one response name in one place'),
  limit('documentObjects', 'MAX_DOCUMENT_OBJECTS', 5000, 10, 10_000_000, 'objects that an operation may answer, counted by the size of its lists and its aliases'),
  limit('documentName', 'MAX_DOCUMENT_NAME_LENGTH', 128, 16, MEGABYTE, 'characters of a name in a GraphQL document, such as an alias'),
  limit('errorLength', 'MAX_ERROR_LENGTH', 500, 100, MEGABYTE, 'characters of an error about a request, which may repeat what the client wrote'),
  limit('variableItems', 'MAX_VARIABLE_ITEMS', 1000, 10, 1_000_000, 'items of lists and fields of objects in the variables of one call'),
  limit('variableDepth', 'MAX_VARIABLE_DEPTH', 8, 1, 1000, 'levels of nested lists and objects in the variables of one call'),
  limit('operationIdLength', 'MAX_OPERATION_ID_LENGTH', 128, 36, 65_536, 'characters of the id of an operation on a WebSocket; past it the socket closes with 4400'),
  limit('pingLength', 'MAX_PING_LENGTH', 1024, 64, 65_536, 'characters of a WebSocket message that begins no operation, such as a ping, which is echoed; past it the socket closes with 4400'),
  limit('executionMs', 'EXECUTION_MS_PER_SECOND', 200, 1, 1000, 'milliseconds of processor time per second that the operations of one account may take; 1000 refuses nobody'),
  limit('executionMsPerAddress', 'EXECUTION_MS_PER_SECOND_PER_ADDRESS', 400, 1, 1000, 'milliseconds of processor time per second that the operations of one address may take, and reading its requests; at twice as many its connections are ended; 1000 refuses nobody'),
  limit('preparingMs', 'PREPARING_MS_PER_SECOND', 100, 1, 1000, 'milliseconds per second that parsing and checking new documents of one address may take'),
  limit('operationCache', 'OPERATION_CACHE', 500, 1, 100_000, 'documents that are kept after parsing and checking; fewer if they have more than 80 tokens on average'),
  seconds('shutdownMs', 'SHUTDOWN_SECONDS', 10, 1, 25, 'seconds over which a stopping server closes its WebSockets'),
] as const;

export type LimitName = (typeof limitTable)[number]['name'];
