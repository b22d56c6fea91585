/** PEM in a plan: what names a file of certificates may be their text instead. */

/** No file is called that. */
const CERTIFICATE = "-----BEGIN CERTIFICATE-----";

export function isPemText(text: string): boolean {
  return text.includes(CERTIFICATE);
}
