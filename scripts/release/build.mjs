// Builds the packages that are released.
import { build } from './packages.mjs';

await build();
