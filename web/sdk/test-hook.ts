import type { Meeting } from "./meeting.ts";

/** What end-to-end tests read as `window.__parley`. */
export interface TestHook {
  readonly meeting: Meeting;
  /** The snapshot in a form that can leave the page. */
  snapshot(): unknown;
  stats(): ReturnType<Meeting["stats"]>;
}

/** Call it only where the page was asked for it; nothing else in the SDK touches `window.__parley`. */
export function exposeForTests(meeting: Meeting): void {
  const hook: TestHook = {
    meeting,
    snapshot: () => {
      const { videos, audios, ...rest } = meeting.snapshot;
      const { microphone, camera, screen, ...local } = meeting.media.snapshot;
      return {
        ...rest,
        videos: [...videos.values()].map(({ stream, ...video }) => ({ ...video, streamId: stream.id })),
        audios: audios.map(({ stream, ...audio }) => ({ ...audio, streamId: stream.id })),
        local: {
          ...local,
          microphone: { ...microphone, track: microphone.track?.label ?? null, stream: null },
          camera: { ...camera, track: camera.track?.label ?? null, stream: null },
          screen: { ...screen, stream: null },
        },
      };
    },
    stats: () => meeting.stats(),
  };
  Object.assign(window, { __parley: hook });
}
