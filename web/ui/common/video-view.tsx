// One <video> bound to a stream. Muted always: sound has its own players.

import { useEffect, useRef } from "preact/hooks";

interface VideoViewProps {
  stream: MediaStream;
  label: string;
  mirrored?: boolean;
  /** Whole picture, with bars, as for screens; else the tile is filled. */
  contained?: boolean;
  /** False hides it until its first frame has come. */
  isReady?: boolean;
  onFrame?: () => void;
}

export function VideoView({ stream, label, mirrored, contained, isReady = true, onFrame }: VideoViewProps) {
  const element = useRef<HTMLVideoElement>(null);
  const handleFrame = useRef(onFrame);
  handleFrame.current = onFrame;
  useEffect(() => {
    const video = element.current;
    if (!video) return;
    video.srcObject = stream;
    video.play().catch(() => {});
    const request = video.requestVideoFrameCallback?.(() => handleFrame.current?.());
    return () => {
      if (request !== undefined) video.cancelVideoFrameCallback(request);
      video.srcObject = null;
    };
  }, [stream]);
  const classes = ["video", mirrored && "mirrored", contained && "contained", !isReady && "not-ready"];
  return (
    <video
      ref={element}
      class={classes.filter(Boolean).join(" ")}
      aria-label={label}
      muted
      autoplay
      playsInline
      disablePictureInPicture
      onLoadedData={() => {
        if (element.current && !element.current.requestVideoFrameCallback) handleFrame.current?.();
      }}
    />
  );
}
