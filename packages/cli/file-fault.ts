/** Why a file cannot be read or written, in words. */

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "it may not be read or written",
  EPERM: "it may not be read or written",
  EROFS: "its file system is read-only",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of its path is no folder",
  ENAMETOOLONG: "its name is too long",
  ELOOP: "its links lead round in a circle",
  ETXTBSY: "it is a program that is running",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EPIPE: "its reader has gone",
};

export function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: string; message: string };
  return REASONS[code ?? ""] ?? code ?? message;
}
