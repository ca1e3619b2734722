import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  KnownFragmentNamesRule,
  Lexer,
  NoFragmentCyclesRule,
  Source,
  TokenKind,
  UniqueFragmentNamesRule,
  validate,
} from 'graphql';
import { measureAnswer } from './answer-size.ts';
import { shortened } from './echo.ts';
import { type DocumentLimits, measureDocument, tooBig } from './measure.ts';
import { located, type Parsed, parseDocument } from './parsed.ts';
import { notPersisted, type PersistedOperations } from './persisted.ts';
import { validationRules } from './rules.ts';

export interface ReadingLimits extends DocumentLimits {
  /** Bytes of a document, in UTF-8. */
  readonly bytes: number;
  readonly tokens: number;
  /** How many objects an operation may answer. */
  readonly objects: number;
  /** Characters of an error's message, which may repeat what the client wrote. */
  readonly errorLength: number;
}

/**
 * What must be true before a document can be measured: its fragments exist, have unique names, and do not spread
 * themselves.
 */
const MEASURABLE = [UniqueFragmentNamesRule, KnownFragmentNamesRule, NoFragmentCyclesRule];
/** After this many errors, a document is not checked further. */
const MAX_ERRORS = 5;

/**
 * Turns texts into documents that may run. Each step limits the cost of the next one: a document that is too long is
 * not parsed, one that is not on the list or whose fragments are cyclic is not measured, and one that is too big is not
 * validated.
 */
export class DocumentReader {
  readonly #schema: GraphQLSchema;
  readonly #limits: ReadingLimits;
  readonly #persisted: PersistedOperations | null;
  readonly #introspection: boolean;
  readonly #rules;

  constructor(parts: {
    schema: GraphQLSchema;
    limits: ReadingLimits;
    introspection: boolean;
    persisted: PersistedOperations | null;
  }) {
    this.#schema = parts.schema;
    this.#limits = parts.limits;
    this.#persisted = parts.persisted;
    this.#introspection = parts.introspection;
    this.#rules = validationRules(parts.introspection);
  }

  read(text: string): Parsed | readonly GraphQLError[] {
    const { bytes, tokens, errorLength } = this.#limits;
    if (text.length > bytes || Buffer.byteLength(text) > bytes) return [tooBig('bytes', bytes)];
    let parsed: Parsed;
    try {
      parsed = parseDocument(text, tokens);
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      if (isAtToken(tokens + 1, text, error)) return [tooBig('tokens', tokens)];
      return [shortened(error, errorLength)];
    }
    const errors = this.#check(parsed.document);
    if (errors.length === 0) return parsed;
    return errors.map((error) => shortened(located(error), errorLength));
  }

  #check(document: DocumentNode): readonly GraphQLError[] {
    if (this.#persisted?.allows(document) === false) return [notPersisted()];
    const endless = validate(this.#schema, document, MEASURABLE, { maxErrors: 1 });
    if (endless.length > 0) return endless.slice(0, 1);
    const oversized = measureDocument(document, this.#limits);
    if (oversized.length > 0) return oversized;
    const invalid = validate(this.#schema, document, this.#rules, {
      maxErrors: MAX_ERRORS,
      hideSuggestions: !this.#introspection,
    });
    if (invalid.length > 0) return invalid;
    return measureAnswer(this.#schema, document, this.#limits);
  }
}

/**
 * Whether a syntax error is at the token with this number, which means that the parser stopped at its limit of tokens.
 */
function isAtToken(number: number, text: string, { positions }: GraphQLError): boolean {
  const lexer = new Lexer(new Source(text));
  try {
    for (let count = 0; count < number; count += 1) lexer.advance();
  } catch {
    return false;
  }
  // At the end of the text, the lexer repeats the last token.
  return lexer.token.kind !== TokenKind.EOF && lexer.token.start === positions?.[0];
}
