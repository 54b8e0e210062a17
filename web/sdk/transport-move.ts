import type { Clock } from "./environment.ts";
import type { MediaTransport } from "./media-transport.ts";
import type { PeerLink } from "./peer-link.ts";
import type { OfferResult, Requests } from "./protocol.ts";
import type { Publisher } from "./publisher.ts";
import type { SlotBoard } from "./slot-board.ts";

export interface MoveParts {
  readonly clock: Clock;
  readonly transport: MediaTransport;
  readonly publisher: Publisher;
  readonly board: SlotBoard;
  requestOffer(data: Requests["offer"]["data"]): Promise<OfferResult>;
}

const kMoveMs = 12_000;
/** From being connected: who is silent sends nothing. */
const kMediaMs = 1_500;
const kLookMs = 50;

// The server asks for a peer connection on another of its workers. The one in use goes on with everything
// until the new one carries it, so that nobody hears or sees the change; where that fails, it stays.
export async function moveTransport(parts: MoveParts): Promise<void> {
  const { transport, publisher, clock } = parts;
  const before = transport.peer;
  if (before?.state !== "connected" || transport.beside) return;
  const peer = transport.createPeer();
  transport.beside = peer;
  publisher.setBeside(peer);
  if (await connects(parts, before, peer, clock.now() + kMoveMs)) {
    transport.adopt(peer);
    return;
  }
  if (transport.beside === peer) {
    transport.beside = null;
    publisher.setBeside(null);
  }
  peer.close();
}

async function connects(parts: MoveParts, before: PeerLink, peer: PeerLink, end: number): Promise<boolean> {
  const { clock, transport, board } = parts;
  try {
    const offer = await peer.offer();
    const { answer, slots } = await parts.requestOffer({
      sdp: offer.sdp,
      sources_by_mid: offer.sourcesByMid,
      fresh: true,
      beside: true,
    });
    await peer.accept(offer, answer, slots);
  } catch {
    return false;
  }
  const isCarried = ({ slots }: PeerLink) =>
    board.carried(slots).every(({ receiver }) => receiver.getSynchronizationSources().length > 0);
  let connectedAt: number | null = null;
  while (transport.peer === before && clock.now() < end) {
    if (peer.state === "connected") {
      connectedAt ??= clock.now();
      if (isCarried(peer) || clock.now() - connectedAt > kMediaMs) return true;
    }
    await new Promise<void>((done) => clock.setTimeout(done, kLookMs));
  }
  return false;
}
