// One <video> bound to a stream. Muted always: sound has its own players.

import { useEffect, useRef } from "preact/hooks";

interface VideoViewProps {
  stream: MediaStream;
  mirrored?: boolean;
  /** Whole picture, with bars, as for screens; else the tile is filled. */
  contained?: boolean;
  label: string;
  onFrame?: () => void;
}

export function VideoView({ stream, mirrored, contained, label, onFrame }: VideoViewProps) {
  const element = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const video = element.current;
    if (!video) return;
    video.srcObject = stream;
    video.play().catch(() => {});
    return () => {
      video.srcObject = null;
    };
  }, [stream]);
  const kind = ["video", mirrored && "mirrored", contained && "contained"].filter(Boolean).join(" ");
  return (
    <video
      ref={element}
      class={kind}
      aria-label={label}
      muted
      autoplay
      playsInline
      disablePictureInPicture
      onLoadedData={onFrame}
    />
  );
}
