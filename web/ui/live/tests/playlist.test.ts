import { describe, expect, it } from "vitest";
import { readPlaylist } from "../playlist.ts";

const kText = `#EXTM3U
#EXT-X-VERSION:7
#EXT-X-TARGETDURATION:3
#EXT-X-MEDIA-SEQUENCE:7
#EXT-X-DISCONTINUITY-SEQUENCE:0
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MAP:URI="0-init.mp4"
#EXT-X-PROGRAM-DATE-TIME:2023-11-14T22:13:24.250Z
#EXTINF:2.000,
7.m4s
#EXT-X-DISCONTINUITY
#EXT-X-MAP:URI="1-init.mp4"
#EXT-X-PROGRAM-DATE-TIME:2023-11-14T22:13:26.250Z
#EXTINF:1.967,
8.m4s
`;

describe("a live playlist", () => {
  it("has its segments with the heads that they need", () => {
    expect(readPlaylist(kText)).toEqual({
      segments: [
        { number: 7, url: "7.m4s", head: "0-init.mp4", seconds: 2 },
        { number: 8, url: "8.m4s", head: "1-init.mp4", seconds: 1.967 },
      ],
      hasEnded: false,
    });
  });

  it("says when nothing more will come", () => {
    expect(readPlaylist(`${kText}#EXT-X-ENDLIST\n`).hasEnded).toBe(true);
  });

  it("is empty where it is none", () => {
    expect(readPlaylist("")).toEqual({ segments: [], hasEnded: false });
  });
});
