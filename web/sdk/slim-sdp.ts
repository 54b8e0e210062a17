// Takes out of an offer, on its way to the server, what the server does not read: with 25 video slots
// each needless line is there 30 times, and a message may have 64 KiB. Only whole lines go, so that the
// answer still fits the description that the browser itself holds.

const kKeptExtensions = [
  "urn:ietf:params:rtp-hdrext:ssrc-audio-level",
  "urn:ietf:params:rtp-hdrext:sdes:mid",
  "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
  "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id",
  "urn:3gpp:video-orientation",
  "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
  "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time",
  "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
  "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension",
];
const kSentOnly = /:rtp-stream-id$|:repaired-rtp-stream-id$/;
const kNeedless = /^a=(?:rtcp:|candidate:|end-of-candidates|ice-options:|msid|ssrc:\d+ (?!cname:)|rtcp-xr:)/;
/** Bundled (RFC 8843, section 7.1.3): what the first section says holds for all. */
const kOncePerBundle = /^(?:c=|a=(?:ice-ufrag|ice-pwd|fingerprint|setup):)/;

export function isKeptExtension(uri: string): boolean {
  return kKeptExtensions.includes(uri);
}

export function slimOffer(sdp: string): string {
  const [session = "", ...media] = sdp.split(/(?=^m=)/m);
  const bundle = /^a=group:BUNDLE (.*)\r$/m.exec(session)?.[1]?.split(" ") ?? [];
  return session + media.map((section) => slimMedia(section, bundle)).join("");
}

function slimMedia(section: string, bundle: readonly string[]): string {
  const mid = /^a=mid:(.*)\r$/m.exec(section)?.[1] ?? "";
  const isReceived = section.includes("\r\na=recvonly\r\n");
  const isBundled = bundle.indexOf(mid) > 0;
  return section
    .split("\r\n")
    .filter((line) => {
      if (kNeedless.test(line)) return false;
      if (isBundled && kOncePerBundle.test(line)) return false;
      const extension = /^a=extmap:\S+ (\S+)/.exec(line)?.[1];
      if (extension === undefined) return true;
      return isKeptExtension(extension) && !(isReceived && kSentOnly.test(extension));
    })
    .join("\r\n");
}
