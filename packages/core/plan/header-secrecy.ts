/** Headers whose names speak of secrets: their values are shown to nobody. */

const SECRET_NAME = /auth|cookie|token|secret|api-?key|password|credential|session|signature/i;

export function speaksOfSecret(headerName: string): boolean {
  return SECRET_NAME.test(headerName);
}

export const REDACTED = "[redacted]";
