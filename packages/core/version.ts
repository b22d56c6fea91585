/** The version of the product, one for all rooms. `test/tidy.test.ts` holds it to the package's. */
export const VERSION = "0.1.0";
