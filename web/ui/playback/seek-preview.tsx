// Over the seek bar: what one would see large at the place of the pointer, small.

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { faceAt } from "./core/moments.ts";
import { readTrack, recording } from "./playback-state.ts";
import { PreviewPicture } from "./preview-picture.ts";

/** A pointer that rests for so long asks for a picture. */
const kRestMs = 120;

export function SeekPreview({ at }: { at: number }) {
  const holder = useRef<HTMLDivElement>(null);
  const picture = useRef<PreviewPicture | null>(null);
  const [element, setElement] = useState<HTMLMediaElement | null>(null);
  useEffect(() => {
    picture.current ??= new PreviewPicture(readTrack, setElement);
    const timer = setTimeout(() => picture.current?.show(faceAt(recording.value, at), at), kRestMs);
    return () => clearTimeout(timer);
  }, [at]);
  useEffect(() => () => picture.current?.dispose(), []);
  useLayoutEffect(() => {
    if (element) holder.current?.replaceChildren(element);
  }, [element]);
  return <div ref={holder} class="seek-preview" hidden={!element} data-testid="seek-preview" />;
}
