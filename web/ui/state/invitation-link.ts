const kSecret = /(?:((?:https?:\/\/)?[^\s<>()"']*\/r\/[\w-]+)?\/?(?:\?[^\s<>"'#]*)?#|^\s*)k=([\w-]+)/i;

/**
 * The address that lets one in, out of whatever was pasted: a link, a message around a link, or only its
 * end, which counts for the room at `here`. Null when there is no invitation in it.
 */
export function invitationFrom(text: string, here: string): string | null {
  const [, room = "", secret] = kSecret.exec(text) ?? [];
  if (secret === undefined) return null;
  const isBare = room !== "" && !room.startsWith("/") && !/^https?:/i.test(room);
  const url = new URL(isBare ? `https://${room}` : room || here, here);
  if (!/^\/r\/[\w-]+/.test(url.pathname)) return null;
  return `${url.origin}${url.pathname}#k=${secret}`;
}
