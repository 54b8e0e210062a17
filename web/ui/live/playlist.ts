// The live playlist that this server writes (RFC 8216, recorder/live/hls_playlist.h), read.

export interface Segment {
  readonly number: number;
  readonly url: string;
  /** Of the head that it needs: another one is another encoder, whose times begin anew. */
  readonly head: string;
  readonly seconds: number;
}

export interface Playlist {
  readonly segments: readonly Segment[];
  readonly hasEnded: boolean;
}

export function readPlaylist(text: string): Playlist {
  const segments: Segment[] = [];
  let number = 0;
  let head = "";
  let seconds = 0;
  let hasEnded = false;
  for (const line of text.split("\n")) {
    const [, name = "", value = ""] = /^#(EXT[A-Z-]*):?(.*)$/.exec(line) ?? [];
    if (name === "EXT-X-MEDIA-SEQUENCE") number = Number(value);
    else if (name === "EXT-X-MAP") head = /URI="([^"]*)"/.exec(value)?.[1] ?? "";
    else if (name === "EXTINF") seconds = Number.parseFloat(value);
    else if (name === "EXT-X-ENDLIST") hasEnded = true;
    else if (line !== "" && !line.startsWith("#"))
      segments.push({ number: number++, url: line, head, seconds });
  }
  return { segments, hasEnded };
}
