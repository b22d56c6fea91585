/** Headers that a request has unless the plan names them, whoever sends it. */
export const DEFAULT_HEADERS: readonly (readonly [name: string, value: string])[] = [
  ["User-Agent", "nightjar"],
  ["Accept", "*/*"],
];
