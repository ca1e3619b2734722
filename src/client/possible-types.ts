import generated from './generated/possible-types.ts';

/** The types of each interface and union of the schema, for Apollo: `new InMemoryCache({ possibleTypes })`. */
export const { possibleTypes } = generated;
